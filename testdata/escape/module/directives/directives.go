package directives

//line gram.y:100
var NoColumn = make(map[string]int)

//line sub/page.tmpl:7:25
var Column = make(map[string]int)
var Next = make(map[string]int)

//line :40
var NoName = make(map[string]int)

/*line expr.y:9:1*/ var Inline = make(map[string]int) /*line :77:9*/; var Again = make(map[string]int)

 //line indented.y:3
var Raw, Text = make(map[string]int), `
//line string.y:3
`

//line far.y:5:260
var Far = make(map[string]int)
var Last = make(map[string]int)
