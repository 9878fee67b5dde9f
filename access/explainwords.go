package access

import (
	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// words are those of an explanation's text beside the sentences of package reasontext.
type words struct {
	allowed, denied, role, via, rule, missing                                           string
	because, nearest, would, more, grant, until, open, wanted, subject, field, unhidden string
	truth                                                                               map[scope.Truth]string
	part                                                                                map[FieldPart]string
}

func wordsIn(lang string) words {
	if lang == reasontext.Chinese {
		return words{
			"允许", "拒绝", "角色", "来自", "规则", "缺少",
			"依据", "最接近:", "可改为允许:", "还有更多未列出。", "授权", "至", "视记录而定", "需要", "主体", "字段", "若不隐藏则为",
			map[scope.Truth]string{scope.True: "真", scope.False: "假", scope.Unknown: "未知"},
			map[FieldPart]string{FieldGives: "决定级别", FieldHides: "隐藏", FieldLower: "生效但级别较低", FieldWithheld: "未生效", FieldDisplaced: "被该角色对此字段的规则取代"},
		}
	}
	return words{
		"allowed", "denied", "role", "through", "rule", "missing",
		"because", "nearest:", "would allow:", "There is more than is told here.", "grant", "until", "depends on the row", "needed", "subject", "field", "unhidden",
		map[scope.Truth]string{scope.True: "true", scope.False: "false", scope.Unknown: "unknown"},
		map[FieldPart]string{FieldGives: "gives the level", FieldHides: "hides", FieldLower: "applies but gives less", FieldWithheld: "does not apply", FieldDisplaced: "displaced by the role's rules for the field"},
	}
}
