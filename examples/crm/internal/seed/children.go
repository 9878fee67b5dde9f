package seed

import (
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

var (
	products = []string{"分析仪 X3", "服务套餐 Gold", "Cloud seats", "培训课程", "Spare parts", "传感器组", "Maintenance plan", "年度授权"}
	troubles = []string{"无法登录", "Delivery is late", "发票抬头有误", "Device shows error 42", "需要安装指导", "Wrong colour delivered", "系统响应慢", "Renewal question"}
	angers   = []string{"三次来电无人处理", "Promised discount missing", "送货损坏", "Rude answer on the hotline", "退款迟迟未到", "Invoice charged twice"}
)

// child gives a record of a customer the customer's owner, team, region and partner, so that it is in the same scopes.
func child(id int, c model.Customer, w *words) (model.Identity, model.OfCustomer, model.Stamps) {
	identity := c.Identity
	identity.ID = int64(id)
	at := c.CreatedAt.AddDate(0, 0, 1+w.IntN(30))
	return identity, model.OfCustomer{CustomerID: c.ID}, model.Stamps{CreatedAt: at, UpdatedAt: at}
}

func opportunities(w *words, cs []model.Customer, n int) []model.Opportunity {
	list := make([]model.Opportunity, n)
	for i := range list {
		c := pick(w, cs)
		id, of, at := child(i+1, c, w)
		list[i] = model.Opportunity{
			Identity: id, OfCustomer: of, Stamps: at, Title: pick(w, products) + " / " + c.Name,
			Stage:  pick(w, []string{"discovery", "proposal", "negotiation", "won", "lost"}),
			Amount: w.amount(800_000), Probability: int64(w.IntN(11) * 10), CloseOn: w.day(at.CreatedAt, 120),
		}
	}
	return list
}

func quotes(w *words, os []model.Opportunity, n int) []model.Quote {
	list := make([]model.Quote, n)
	for i := range list {
		o := os[i%len(os)]
		id := o.Identity
		id.ID = int64(i + 1)
		list[i] = model.Quote{
			Identity: id, OfCustomer: o.OfCustomer, Stamps: o.Stamps, OpportunityID: o.ID, Title: "报价 Quote: " + o.Title,
			Amount: o.Amount, Discount: int64(w.IntN(21)), Status: pick(w, []string{"draft", "sent", "accepted", "refused"}),
			ValidUntil: w.day(o.CreatedAt, 60),
		}
	}
	return list
}

func orders(w *words, cs []model.Customer, n int) []model.Order {
	list := make([]model.Order, n)
	for i := range list {
		id, of, at := child(i+1, pick(w, cs), w)
		list[i] = model.Order{
			Identity: id, OfCustomer: of, Stamps: at, Title: pick(w, products), Quantity: int64(1 + w.IntN(50)),
			Amount: w.amount(300_000), Status: pick(w, []string{"placed", "paid", "shipped", "done", "done", "returned"}),
		}
	}
	return list
}

func tickets(w *words, cs []model.Customer, n int) []model.Ticket {
	list := make([]model.Ticket, n)
	for i := range list {
		id, of, at := child(i+1, pick(w, cs), w)
		title := pick(w, troubles)
		list[i] = model.Ticket{
			Identity: id, OfCustomer: of, Stamps: at, Title: title, Body: fmt.Sprintf("%s。请尽快处理 / please look into it.", title),
			Priority: pick(w, []string{"low", "normal", "normal", "high"}), Status: pick(w, []string{"open", "waiting", "solved", "solved"}),
		}
	}
	return list
}

func complaints(w *words, cs []model.Customer, n int) []model.Complaint {
	list := make([]model.Complaint, n)
	for i := range list {
		id, of, at := child(i+1, pick(w, cs), w)
		title := pick(w, angers)
		list[i] = model.Complaint{
			Identity: id, OfCustomer: of, Stamps: at, Title: title, Body: title + "，客户要求答复。",
			Severity: pick(w, []string{"minor", "minor", "major", "critical"}), Status: pick(w, []string{"new", "examined", "settled"}),
		}
	}
	return list
}
