//! Two pencils and three erasers, tax included: how much does the total change with each number? And the graph of it, as
//! textbooks draw it, in `target/pencil.svg`.
//!
//! `cargo run --example pencil`

use backprop::backprop;

/// What the customer pays.
#[backprop(graph)]
fn total(pencil_price: f64, pencils: f64, eraser_price: f64, erasers: f64, tax_factor: f64) -> f64 {
    let net = pencil_price * pencils + eraser_price * erasers;
    net * tax_factor
}

fn main() {
    let (value, gradient) = total_grad(100.0, 2.0, 30.0, 3.0, 1.1);
    let (pencil_price, pencils, eraser_price, erasers, tax_factor) = gradient;

    println!("2 pencils at 100 yen, 3 erasers at 30 yen, 10 % tax: {value:.0} yen\n");
    println!("{:<14} {:>9}  {:>9}  formula", "derivative by", "generated", "by hand");
    let rows = [
        ("pencil price", pencil_price, 2.0 * 1.1, "pencils × tax factor"),
        ("pencils", pencils, 100.0 * 1.1, "pencil price × tax factor"),
        ("eraser price", eraser_price, 3.0 * 1.1, "erasers × tax factor"),
        ("erasers", erasers, 30.0 * 1.1, "eraser price × tax factor"),
        (
            "tax factor",
            tax_factor,
            2.0 * 100.0 + 3.0 * 30.0,
            "pencils × pencil price + erasers × eraser price",
        ),
    ];
    for (name, generated, by_hand, formula) in rows {
        println!("{name:<14} {generated:>9.1}  {by_hand:>9.1}  {formula}");
    }

    assert!(close(value, 319.0));
    for ((name, generated, by_hand, _), expected) in rows.into_iter().zip([2.2, 110.0, 3.3, 33.0, 290.0]) {
        assert!(
            close(generated, by_hand) && close(generated, expected),
            "{name}: {generated}, not {expected}"
        );
    }

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pencil.svg");
    std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target"))
        .expect("a folder for the picture");
    std::fs::write(path, picture()).expect("a writable file");
    println!("\nthe graph: target/pencil.svg");
}

/// The graph with its numbers, as a picture.
pub fn picture() -> String {
    total_graph(100.0, 2.0, 30.0, 3.0, 1.1).to_svg()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs()
}
