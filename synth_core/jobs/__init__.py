"""Work outside of whoever asked for it: a job is a process of its own, of a project and a kind, that outlives the page
or the command that started it. What is known of it lies in the store, next to the project."""
