package reasontext

type finding struct{ en, zh string }

var findings = map[string]finding{
	"dead_condition":          {"The rule can never apply: its when can't come true, or is always false on a deny.", "该规则永远不会生效：允许规则的条件不可能为真，或拒绝规则的条件恒为假。"},
	"dead_target":             {"The rule can never apply: it covers no action or field of any type.", "该规则永远不会生效：它未覆盖任何类型的任何操作或字段。"},
	"dead_role":               {"The rule can never apply: nothing gives or describes its role.", "该规则永远不会生效：没有任何行授予或描述其角色。"},
	"shadowed":                {"Whatever the rule allows is denied to everyone who holds its role.", "该规则允许的一切都被其角色持有者必有的拒绝规则覆盖。"},
	"inherited_deny":          {"The role gets a deny or a hidden field by inheritance.", "该角色通过继承获得了拒绝规则或隐藏字段。"},
	"export_without_view":     {"The rule exports what its role may not view at all.", "该规则可导出其角色完全无权查看的数据。"},
	"export_beyond_view":      {"The rule exports more, or in more circumstances, than its role may view.", "该规则可导出的数据或情形超出其角色的查看范围。"},
	"no_assurance":            {"A sensitive action is allowed whatever the sign-in was.", "敏感操作未要求登录强度。"},
	"viewed_by_all":           {"Everyone who holds a role views every record of the type.", "所有持有角色的人都能查看该类型的全部记录。"},
	"undescribed_role":        {"The role or group lacks a purpose or an owner.", "该角色或权限组缺少用途说明或负责人。"},
	"unheld_role":             {"Nobody holds the role.", "没有人持有该角色。"},
	"unknown_role":            {"The role is given or inherited, but has no rule: is its name misspelt?", "该角色被授予或继承，但没有任何规则：名称是否拼写有误？"},
	"unused_name":             {"No rule uses the definition.", "没有规则使用该定义。"},
	"expiring_administration": {"A right to administer ends by itself.", "一项管理权限将自动到期。"},
}

// Finding is the sentence for what lint found, for an administrator. A language that is not there is answered in
// English, a code that is not there with itself.
func Finding(lang, code string) string {
	f := findings[code]
	if lang == Chinese {
		return or(f.zh, code)
	}
	return or(f.en, code)
}

// HasFinding reports whether a finding's code has sentences.
func HasFinding(code string) bool {
	_, ok := findings[code]
	return ok
}
