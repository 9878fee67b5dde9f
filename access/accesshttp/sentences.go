package accesshttp

import (
	"net/http"

	"golang.org/x/text/language"

	"github.com/seed9b40ffc1/crmaccess/access/reasontext"
)

const (
	english = reasontext.English
	chinese = reasontext.Chinese
)

// sentences are for the person, by code and language. Those for denials come from reasontext.
var sentences = map[string]map[string]string{
	"not_signed_in": {
		english: "Please sign in.",
		chinese: "请先登录。",
	},
	"not_found": {
		english: "There is nothing here that you may see.",
		chinese: "没有您可以查看的内容。",
	},
	"changed": {
		english: "This was changed meanwhile. Please load it again.",
		chinese: "内容已被更改，请重新加载后再试。",
	},
	"invalid": {
		english: "This request is not valid.",
		chinese: "请求无效。",
	},
	"unavailable": {
		english: "This cannot be checked right now. Please try again in a moment.",
		chinese: "暂时无法校验权限，请稍后再试。",
	},
	"internal": {
		english: "Something went wrong on our side.",
		chinese: "系统内部错误。",
	},
}

var spoken = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

func acceptedLanguage(r *http.Request) string {
	_, i := language.MatchStrings(spoken, r.Header.Values("Accept-Language")...)
	return [...]string{english, chinese}[i]
}
