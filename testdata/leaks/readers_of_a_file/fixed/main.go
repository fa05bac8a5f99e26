// A count that is down to zero goes.
package refs

import "sync"

type Files struct {
	mu   sync.Mutex
	refs map[string]int
}

func NewFiles() *Files { return &Files{refs: map[string]int{}} }
func (f *Files) Acquire(path string) {
	f.mu.Lock()
	f.refs[path]++
	f.mu.Unlock()
}
func (f *Files) Release(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refs[path]--
	if f.refs[path] == 0 {
		delete(f.refs, path)
	}
}
