package emptied

var halves [2]map[string]int

func Put(key string) { halves[0][key]++ }

func Take(key string) { delete(halves[1], key) }
