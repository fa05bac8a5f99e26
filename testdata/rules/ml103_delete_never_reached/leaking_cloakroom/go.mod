module example.com/cloakroom

go 1.24
