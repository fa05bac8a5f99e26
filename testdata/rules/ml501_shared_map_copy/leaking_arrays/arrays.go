// Arrays of structs with maps, maps in structs inside the copy, and copies that outlast the original.
package arrays

type Options struct {
	Name   string
	Labels map[string]string
}

func (o *Options) add(key, value string) {
	if len(o.Labels) < 100 {
		o.Labels[key] = value
	}
}

type Page struct {
	Title   string
	Options Options
	Columns [2]Options
}

var (
	defaults = [2]Options{{Labels: map[string]string{}}, {Labels: map[string]string{}}}
	counters = [2]map[string]int{{}, {}}
	page     = Page{Options: Options{Labels: map[string]string{}}}
)

func All(key string) [2]Options {
	all := defaults
	delete(all[0].Labels, key) // want "ML501: arrays.All changes all...Labels, which is also the map of defaults"
	return all
}

func One(key string) Options {
	one := defaults[1]
	delete(one.Labels, key) // want "ML501: arrays.One changes one.Labels, which is also the map of defaults.1."
	return one
}

func Counters(key string) [2]map[string]int {
	own := counters
	delete(own[0], key) // want "ML501: arrays.Counters changes own.., which is also the map of counters"
	return own
}

func Nested(key string) Page {
	p := page
	p.Title = key
	p.Options.add(key, "new") // want "ML501: arrays.Nested, through .*Options..add, changes p.Options.Labels, which is also the map of page"
	return p
}

func Column(pages []Page, key string) *Page {
	first := pages[0]
	first.Title = key
	delete(first.Columns[1].Labels, key) // want "ML501: arrays.Column changes first.Columns...Labels, which is also"
	return &first
}

func (o Options) Without(key string) Options {
	delete(o.Labels, key) // want "ML501: .*Without changes o.Labels, which is also the map of the value that the method is called on"
	return o
}

func Both() (Options, Options) {
	o := Options{Labels: map[string]string{"x": "1", "y": "2"}}
	less := o.Without("x")
	return o, less
}

type Batch struct {
	number int
	items  map[int]string
}

func (b *Batch) Add(item string) {
	if len(b.items) < 1000 {
		b.items[len(b.items)] = item
	}
}

var last Batch

func Send(b *Batch) int {
	last = *b // want "ML501: the copy in last keeps the map of b.items alive, which arrays.Send lets go of"
	b.items = nil
	return last.number
}

var sent [16]Batch

func Number(b *Batch) int {
	sent[b.number%16] = *b // want "ML501: the copy in sent.b.number % 16. keeps the map of b.items alive"
	b.items = map[int]string{}
	return sent[0].number
}
