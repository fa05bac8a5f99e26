// Every form of the language that inserts into a map, each on a package variable that nothing empties.
package forms

import (
	"errors"
	"strings"
)

type session struct{ user string }

var (
	sessions  = map[string]*session{}
	hits      = make(map[string]int)
	bytesBy   = map[string]int64{}
	lines     = map[string][]string{}
	owners    map[string]string
	verdicts  = map[string]error{}
	positions = map[string]int{}
	latest    = map[string]float64{}
	answered  = map[string]bool{}
	members   = map[string]map[string]bool{}
	flags     = map[uint64]uint64{}
	casts     = map[string]string{}
	visits    = map[struct{ user, page string }]int{}
)

func Login(id, user string) {
	sessions[id] = &session{user} // want `ML101: forms.sessions keeps an entry for every 'id' .* forms.Login adds them, and nothing ever takes them out`
}

func Hit(path string) {
	hits[strings.ToLower(path)]++ // want "ML101: forms.hits "
}

func Sent(address string, n int) {
	bytesBy[address] += int64(n) // want "ML101: forms.bytesBy "
}

func Log(user, line string) {
	lines[user] = append(lines[user], line) // want "ML101: forms.lines "
}

func Own(item, owner string) (previous string) {
	if owners == nil {
		owners = make(map[string]string)
	}
	previous, owners[item] = owners[item], owner // want "ML101: forms.owners "
	return previous
}

func judge(claim string) (string, error) {
	return claim, errors.New("unproven")
}

func Judge(claim string) {
	_, verdicts[claim] = judge(claim) // want "ML101: forms.verdicts "
}

func LastPositions(word string, runes string) {
	for positions[word] = range runes { // want "ML101: forms.positions "
		continue
	}
}

func Quote(item string, prices <-chan float64, stop <-chan struct{}) {
	select {
	case latest[item] = <-prices: // want "ML101: forms.latest "
	case <-stop:
	}
}

func Ask(question string, answers <-chan string) (answer string) {
	answer, answered[question] = <-answers // want "ML101: forms.answered "
	return answer
}

func Join(room, user string) {
	inner := members[room]
	if inner == nil {
		inner = map[string]bool{}
		members[room] = inner // want "ML101: forms.members "
	}
	inner[user] = true
}

func Leave(room, user string) {
	delete(members[room], user) // the room itself stays
}

func Flag(id uint64, bit uint) {
	(flags)[id] |= 1 << bit // want "ML101: forms.flags "
}

func Cast(user string, value any) (ok bool) {
	casts[user], ok = value.(string) // want "ML101: forms.casts "
	return ok
}

func Visit(user, page string) {
	visits[struct{ user, page string }{user, page}]++ // want "ML101: forms.visits "
}
