package seed

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// words makes up names, numbers and dates from one seeded source.
type words struct {
	*rand.Rand
	phones map[string]bool // given out already
}

func newWords(seed uint64) *words {
	return &words{Rand: rand.New(rand.NewPCG(seed, 0x43524d)), phones: map[string]bool{}}
}

func pick[T any](w *words, list []T) T { return list[w.IntN(len(list))] }

var (
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "欧阳", "诸葛"}
	given    = []string{"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "秀英", "建国", "思远", "雨桐"}
	firsts   = []string{"Olivia", "Liam", "Emma", "Noah", "Sophia", "Lucas", "Mia", "Ethan", "Chloé", "Zoë", "Jürgen", "Siobhán"}
	lasts    = []string{"Smith", "Müller", "O'Neill", "García", "Tanaka", "Kowalski", "Nguyen", "Brown", "D'Angelo", "van Dijk"}

	brands  = []string{"华兴", "远东", "新希望", "金桥", "蓝海", "恒信", "万和", "天元", "同济", "瑞丰", "嘉禾", "光明", "东方", "长江", "北斗", "星辰", "百川", "云帆"}
	trades  = map[string][2]string{"healthcare": {"医疗器械", "Medical"}, "manufacturing": {"机械制造", "Machinery"}, "retail": {"百货", "Retail"}, "education": {"教育科技", "Learning"}, "logistics": {"物流", "Logistics"}, "software": {"软件", "Software"}, "food": {"食品", "Foods"}, "energy": {"新能源", "Energy"}}
	english = []string{"Harbor", "Summit", "Bluebird", "Northgate", "Silver", "Cedar", "Pioneer", "Lakeside", "Orchid", "Granite", "Beacon", "Juniper"}
	endings = []string{"Ltd", "Group", "& Sons", "Partners", "GmbH", "(China) Co."}
	streets = []string{"人民路", "中山路", "建设大街", "解放路", "和平路", "长安街", "Nanjing Road", "Harbour Street"}
	tagged  = []string{"vip", "新客户", "key-account", "续约", "price-sensitive", "推荐", "slow-payer", "展会"}
)

func (w *words) person() string {
	if w.IntN(4) == 0 {
		return pick(w, firsts) + " " + pick(w, lasts)
	}
	return pick(w, surnames) + pick(w, given)
}

// company names a firm of the trade; the number keeps names apart.
func (w *words) company(industry string, n int) string {
	trade := trades[industry]
	if w.IntN(3) == 0 {
		return fmt.Sprintf("%s %s %s %d", pick(w, english), trade[1], pick(w, endings), n)
	}
	return fmt.Sprintf("%s%s有限公司%d", pick(w, brands), trade[0], n)
}

// phone is an eleven-digit Chinese mobile number that was not given out before.
func (w *words) phone() string {
	for {
		p := fmt.Sprintf("1%d%09d", 3+w.IntN(7), w.IntN(1_000_000_000))
		if !w.phones[p] {
			w.phones[p] = true
			return p
		}
	}
}

// identity is a number of the shape of an identity card's.
func (w *words) identity() string {
	return fmt.Sprintf("31010%d19%02d%02d%02d%03d%d", 1+w.IntN(9), 50+w.IntN(50), 1+w.IntN(12), 1+w.IntN(28), w.IntN(1000), w.IntN(10))
}

var firstDay = time.Date(2024, 1, 2, 1, 0, 0, 0, time.UTC)

// moment is an instant of the two years before March 2026.
func (w *words) moment() time.Time {
	return firstDay.Add(time.Duration(w.IntN(780*24*60)) * time.Minute)
}

// day is some days after t.
func (w *words) day(t time.Time, within int) string {
	return t.AddDate(0, 0, 1+w.IntN(within)).Format(time.DateOnly)
}

// amount is a round sum of yuan up to max.
func (w *words) amount(max int) int64 { return int64(1+w.IntN(max/500)) * 500 }

func (w *words) tags() string {
	switch w.IntN(4) {
	case 0:
		return ""
	case 1:
		return pick(w, tagged)
	}
	a, b := pick(w, tagged), pick(w, tagged)
	if a == b {
		return a
	}
	return a + "," + b
}
