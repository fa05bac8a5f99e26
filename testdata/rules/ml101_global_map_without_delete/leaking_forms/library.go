package forms

import (
	"iter"
	"maps"
	"sync"
)

var (
	settings = map[string]string{}
	scores   = map[string]int{}
	peers    sync.Map
	limiters sync.Map
	tokens   sync.Map
)

func Merge(batch map[string]string) {
	maps.Copy(settings, batch) // want "ML101: forms.settings "
}

func Score(results iter.Seq2[string, int]) {
	maps.Insert(scores, results) // want "ML101: forms.scores "
}

func Meet(address string) {
	peers.Store(address, struct{}{}) // want "ML101: forms.peers "
}

func Limiter(client string) *sync.Mutex {
	limiter, _ := limiters.LoadOrStore(client, new(sync.Mutex)) // want "ML101: forms.limiters "
	return limiter.(*sync.Mutex)
}

func Rotate(client, token string) any {
	previous, _ := tokens.Swap(client, token) // want "ML101: forms.tokens "
	return previous
}
