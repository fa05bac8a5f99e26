module example.com/app

go 1.24

require example.com/replaced v0.0.0

replace example.com/replaced => ../replaced
