module example.com/usersoflines

go 1.24
