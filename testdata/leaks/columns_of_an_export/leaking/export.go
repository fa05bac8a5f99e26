// Package export: every worker decodes all its records into one map, which keeps the columns of all of them.
package export

import (
	"context"
	"encoding/json"
	"io"
	"sync"
)

// Table writes records as rows.
type Table struct {
	Workers int
	Out     io.Writer
	columns []string
}

// Write writes all records and returns when there are no more.
func (t *Table) Write(ctx context.Context, records <-chan []byte) {
	var group sync.WaitGroup
	for range t.Workers {
		group.Add(1)
		go func() {
			defer group.Done()
			var row map[string]string
			for record := range records {
				if err := json.Unmarshal(record, &row); err != nil { // want `ML502: json.Unmarshal decodes into row, which keeps the entries of the messages before`
					continue
				}
				for _, column := range t.columns {
					if value, ok := row[column]; ok {
						io.WriteString(t.Out, value+";")
					}
				}
				select {
				case <-ctx.Done():
					return
				default:
				}
			}
		}()
	}
	group.Wait()
}
