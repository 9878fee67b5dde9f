package reasontext

type pair struct{ en, zh string }

func (p pair) in(lang, code string) string {
	if lang == Chinese {
		return or(p.zh, code)
	}
	return or(p.en, code)
}

var misses = map[string]pair{
	"unknown_tenant":     {"The tenant is not known.", "未知租户。"},
	"unknown_subject":    {"The subject is not known.", "未知主体。"},
	"suspended":          {"The subject is suspended or inactive.", "该主体已被停用。"},
	"not_found":          {"There is no record of this id in the tenant.", "该租户中没有此编号的记录。"},
	"tenant_mismatch":    {"The record belongs to another tenant.", "该记录属于其他租户。"},
	"no_rule":            {"No role has a rule that allows this.", "没有任何角色拥有允许此操作的规则。"},
	"role_not_held":      {"The subject does not hold the rule's role.", "该主体不具有规则所属的角色。"},
	"scope_false":        {"The record is not in the scope that the rule needs.", "该记录不符合规则要求的数据范围。"},
	"scope_unknown":      {"Whether the record is in the rule's scope can't be told.", "无法判断该记录是否在规则的数据范围内。"},
	"condition_false":    {"A circumstance is not as the rule needs it.", "当前情形不符合规则的条件。"},
	"condition_unknown":  {"A circumstance that the rule needs is not known.", "规则所需的情形信息未知。"},
	"deny_stands":        {"The rule allows, but a deny stands against it.", "该规则允许，但有拒绝规则生效。"},
	"field_not_writable": {"The rules allow, but fields of the write are below their level.", "规则允许，但写入的字段未达到可编辑级别。"},
}

var remedies = map[string]pair{
	"time":        {"ask at", "于此时操作"},
	"address":     {"ask from an address such as", "从此类地址操作"},
	"place":       {"ask from a place such as", "在此类位置操作"},
	"sign_in":     {"sign in anew, with the level", "重新登录，强度级别"},
	"unsuspend":   {"lift the suspension of", "解除停用"},
	"activate":    {"make active in the directory:", "在目录中启用"},
	"enrol":       {"enter into the directory:", "加入目录"},
	"attribute":   {"if the record had", "若该记录为"},
	"remove_deny": {"remove the deny", "删除拒绝规则"},
	"remove_hide": {"remove the rule that hides the field", "删除隐藏字段的规则"},
	"assign_role": {"assign the role", "分配角色"},
	"add_rule":    {"add the rule", "新增规则"},
}

var fields = map[string]pair{
	"shown":       {"A rule shows it in clear.", "有规则以明文显示。"},
	"masked":      {"No rule that applies gives more than a mask.", "生效的规则最多只给出脱敏显示。"},
	"mask_merged": {"Several masks apply: the one that shows least counts.", "多个脱敏方式同时生效，取显示最少者。"},
	"hidden":      {"A rule hides it.", "有规则将其隐藏。"},
	"no_rule":     {"No rule is about it.", "没有针对它的规则。"},
	"unmet":       {"No rule about it applies.", "针对它的规则均未生效。"},
}

// Miss is the sentence for a missing link of an explanation, for an administrator. A language that is not there is
// answered in English, a code that is not there with itself; so in Remedy and Field.
func Miss(lang, code string) string { return misses[code].in(lang, code) }

// Remedy says, as the beginning of a sentence, what an explanation's remedy is.
func Remedy(lang, code string) string { return remedies[code].in(lang, code) }

// Field is the sentence for why a field has its level.
func Field(lang, code string) string { return fields[code].in(lang, code) }
