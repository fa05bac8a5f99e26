module example.com/let

go 1.21
