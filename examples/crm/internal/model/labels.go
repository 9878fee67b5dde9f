package model

// Label returns the words for a column, a type's path, an action or a choice, by language. What has none is shown as
// it is written.
func Label(name string) map[string]string {
	if l, ok := labels[name]; ok {
		return map[string]string{"en": l[0], "zh": l[1]}
	}
	return map[string]string{"en": name, "zh": name}
}

var labels = map[string][2]string{
	"customers": {"Customers", "客户"}, "opportunities": {"Opportunities", "商机"}, "quotes": {"Quotes", "报价"},
	"orders": {"Orders", "订单"}, "tickets": {"Tickets", "工单"}, "complaints": {"Complaints", "投诉"},
	"leads": {"Leads", "线索"}, "campaigns": {"Campaigns", "市场活动"}, "policy": {"Policy", "权限策略"},

	"customer": {"customer", "客户"}, "opportunity": {"opportunity", "商机"}, "quote": {"quote", "报价"}, "order": {"order", "订单"},
	"ticket": {"ticket", "工单"}, "complaint": {"complaint", "投诉"}, "lead": {"lead", "线索"}, "campaign": {"campaign", "市场活动"},

	"view": {"View", "查看"}, "create": {"New", "新建"}, "edit": {"Edit", "编辑"}, "delete": {"Delete", "删除"},
	"export": {"Export", "导出"}, "explain": {"Explain", "解释"}, "administer": {"Administer", "管理"},

	"sales_rep": {"sales rep", "销售代表"}, "sales_mgr": {"sales manager", "销售经理"}, "region_mgr": {"regional manager", "大区经理"},
	"director": {"director", "总监"}, "support": {"support", "客服"}, "med_rep": {"medical rep", "医药代表"},
	"field_rep": {"field rep", "外勤代表"}, "marketing": {"marketing", "市场"}, "partner": {"partner", "合作伙伴"},
	"trainee": {"trainee", "实习生"}, "access_admin": {"access administrator", "权限管理员"}, "owner": {"owner", "所有者"},

	"id": {"No.", "编号"}, "tenant_id": {"Tenant", "租户"}, "owner_id": {"Owner", "负责人"}, "team_id": {"Team", "团队"},
	"region_id": {"Region", "区域"}, "partner_id": {"Partner", "合作伙伴"}, "customer_id": {"Customer", "客户"},
	"opportunity_id": {"Opportunity", "商机"}, "campaign_id": {"Campaign", "市场活动"},
	"created_at": {"Created", "创建时间"}, "updated_at": {"Updated", "更新时间"},

	"name": {"Name", "名称"}, "contact_name": {"Contact", "联系人"}, "phone": {"Phone", "电话"}, "email": {"E-mail", "邮箱"},
	"id_number": {"ID number", "身份证号"}, "address": {"Address", "地址"}, "industry": {"Industry", "行业"},
	"level": {"Level", "等级"}, "tags": {"Tags", "标签"}, "stage": {"Stage", "阶段"}, "credit_limit": {"Credit limit", "信用额度"},
	"title": {"Title", "标题"}, "amount": {"Amount", "金额"}, "probability": {"Probability", "成交概率"}, "close_on": {"Closes on", "预计成交日"},
	"discount": {"Discount", "折扣"}, "status": {"Status", "状态"}, "valid_until": {"Valid until", "有效期至"},
	"quantity": {"Quantity", "数量"}, "body": {"Text", "内容"}, "priority": {"Priority", "优先级"}, "severity": {"Severity", "严重程度"},
	"source": {"Source", "来源"}, "channel": {"Channel", "渠道"}, "budget": {"Budget", "预算"},
	"starts_on": {"Starts on", "开始日"}, "ends_on": {"Ends on", "结束日"},

	"healthcare": {"healthcare", "医疗"}, "manufacturing": {"manufacturing", "制造"}, "retail": {"retail", "零售"},
	"education": {"education", "教育"}, "logistics": {"logistics", "物流"}, "software": {"software", "软件"},
	"food": {"food", "食品"}, "energy": {"energy", "能源"},
	"prospect": {"prospect", "潜在"}, "contacted": {"contacted", "已联系"}, "negotiation": {"negotiation", "谈判"},
	"contract": {"contract", "签约"}, "active": {"active", "合作中"}, "dormant": {"dormant", "沉睡"},
	"discovery": {"discovery", "需求了解"}, "proposal": {"proposal", "方案"}, "won": {"won", "赢单"}, "lost": {"lost", "输单"},
	"draft": {"draft", "草稿"}, "sent": {"sent", "已发送"}, "accepted": {"accepted", "已接受"}, "refused": {"refused", "已拒绝"},
	"placed": {"placed", "已下单"}, "paid": {"paid", "已付款"}, "shipped": {"shipped", "已发货"}, "done": {"done", "已完成"},
	"returned": {"returned", "已退货"}, "low": {"low", "低"}, "normal": {"normal", "普通"}, "high": {"high", "高"},
	"open": {"open", "待处理"}, "waiting": {"waiting", "等待客户"}, "solved": {"solved", "已解决"},
	"minor": {"minor", "轻微"}, "major": {"major", "较重"}, "critical": {"critical", "严重"},
	"new": {"new", "新"}, "examined": {"examined", "调查中"}, "settled": {"settled", "已了结"},
	"qualified": {"qualified", "有意向"}, "passed_on": {"passed on", "已移交"}, "dropped": {"dropped", "已放弃"},
	"planned": {"planned", "计划中"}, "running": {"running", "进行中"}, "ended": {"ended", "已结束"},
	"wechat": {"WeChat", "微信"}, "exhibition": {"exhibition", "展会"}, "website": {"website", "官网"},
	"referral": {"referral", "转介绍"}, "phone_call": {"phone call", "电话"},
}
