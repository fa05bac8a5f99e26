package types

import (
	"hash/maphash"
	"sync"
)

// Shards of a package variable live as long as the variable does.
var (
	seed    = maphash.MakeSeed()
	shards  [16]map[string]int
	list    []map[string]int
	guarded [16]sync.Map
)

func Sharded(key string, value int) {
	shard := maphash.String(seed, key) % 16
	shards[shard][key] = value       // want `ML101: types.shards\[\] `
	list[0][key] = value             // want `ML101: types.list\[\] `
	guarded[shard].Store(key, value) // want `ML101: types.guarded\[\] `
}
