// Package settings makes a configuration for each caller.
package settings

type Config struct{ host string }

func New() *Config {
	c := &Config{host: "localhost"}
	return c
}

func (c *Config) SetHost(host string) { c.host = host }

type Conn struct{ to *Config }

func Dial(c *Config) *Conn { return &Conn{to: c} }
