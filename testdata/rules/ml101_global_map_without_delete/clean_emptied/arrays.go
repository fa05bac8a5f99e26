package emptied

var halves [2]map[string]int

func PutHalf(key string) { halves[0][key]++ }

func TakeHalf(key string) { delete(halves[1], key) }
