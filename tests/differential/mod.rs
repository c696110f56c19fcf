//! vastkey beside the official `vastai` CLI, the real one, on one fake API:
//! which key each sends where, and what each makes of the other's files.

mod cases;
mod differences;
mod matrix;
mod observed;
mod together;
