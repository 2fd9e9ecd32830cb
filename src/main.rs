//! Picks the role: page or worker. `main` runs again in every instance of the
//! module, so in a worker it must do nothing: the lab's own entry is called
//! there.

#[cfg(target_arch = "wasm32")]
fn main() {
    if !timeslice::lab::web::is_worker() {
        timeslice::app::mount();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is a web page. Serve it with: cargo xtask serve");
    std::process::exit(2);
}
