// Package reasontext has the sentences for codes, in English and Simplified Chinese. Each reason code has one for the
// person who was refused and one for the administrator who looks into it, each finding of lint one for the administrator.
//
// Sentences for the person never say which rule refused, nor whether a record exists. A code without a sentence for the
// person gets the general one.
package reasontext

// The languages there are sentences in.
const (
	English = "en"
	Chinese = "zh"
)

type text struct{ personEN, personZH, adminEN, adminZH string }

const (
	generalEN = "You are not allowed to do this."
	generalZH = "您没有权限执行此操作。"
)

var texts = map[string]text{
	"rule":               {"This is allowed.", "允许执行此操作。", "A rule allows it.", "有规则允许此操作。"},
	"deny_rule":          {"", "", "A deny rule applies.", "命中了一条拒绝规则。"},
	"no_rule":            {"", "", "None of the subject's roles has a rule for this action on this type.", "该主体的所有角色都没有针对此类型此操作的规则。"},
	"outside_scope":      {"", "", "The record is outside the scopes of the subject's rules.", "该记录不在该主体规则的数据范围内。"},
	"condition_unmet":    {"", "", "A condition of the rule is not met.", "规则的某个条件未满足。"},
	"unknown_subject":    {"", "", "The subject is not known: he is not in the directory, or holds no role.", "未知主体：目录中没有此人，或其没有任何角色。"},
	"unknown_tenant":     {"", "", "The tenant is not known.", "未知租户。"},
	"suspended":          {"", "", "The subject is suspended or inactive.", "该主体已被停用。"},
	"tenant_mismatch":    {"", "", "The record belongs to another tenant.", "该记录属于其他租户。"},
	"not_found":          {"", "", "There is no record of this id in the tenant.", "该租户中没有此编号的记录。"},
	"outside_window":     {"This is not possible at this time of day.", "当前时间段不允许此操作。", "The time is outside the rule's window.", "当前时间不在规则的时间窗口内。"},
	"outside_area":       {"This is not possible from where you are.", "您当前所在位置不允许此操作。", "The position is outside the rule's area.", "位置不在规则允许的区域内。"},
	"place_unknown":      {"Your position is needed for this: share it and try again.", "此操作需要您的位置，请开启定位后重试。", "The request carries no position, or one too vague to decide.", "请求未携带位置，或位置精度不足以判断。"},
	"outside_network":    {"This is not possible from this network.", "当前网络不允许此操作。", "The client address is outside the rule's networks.", "客户端地址不在规则允许的网段内。"},
	"address_unknown":    {"This is only possible from a known network.", "仅可在已知网络中执行此操作。", "The client address is not known.", "客户端地址未知。"},
	"needs_assurance":    {"Sign in again with a stronger method, then try again.", "请使用更高强度的方式重新登录后再试。", "The sign-in is too weak or too old for the rule.", "登录强度不足或登录时间过久。"},
	"needs_approval":     {"This needs an approval first.", "此操作需先经审批。", "The rule needs a live approval, there is none.", "规则要求有效审批，当前没有。"},
	"field_not_writable": {"Some of the fields may not be changed by you.", "部分字段您无权修改。", "Fields of the write are below the level edit.", "写入的字段未达到可编辑级别。"},
}

// Person is the sentence for the person refused. A language that is not there is answered in English.
func Person(lang, code string) string {
	t := texts[code]
	if lang == Chinese {
		return or(t.personZH, generalZH)
	}
	return or(t.personEN, generalEN)
}

// Admin is the sentence for an administrator. A code that is not there is answered with itself.
func Admin(lang, code string) string {
	t := texts[code]
	if lang == Chinese {
		return or(t.adminZH, code)
	}
	return or(t.adminEN, code)
}

// Has reports whether a code has sentences.
func Has(code string) bool {
	_, ok := texts[code]
	return ok
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
