//! Two pencils and three erasers, tax included: how much does the total change with each number?
//!
//! `cargo run --example pencil`

use backprop::backprop;

/// What the customer pays.
#[backprop]
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
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs()
}
