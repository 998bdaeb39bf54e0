//! Passive things that are lent to a call, and change after it: the reverse pass must not see the change.

use backprop::backprop;

struct Table {
    rows: [f64; 2],
}

#[backprop]
fn weighted(xs: &[f64; 2], #[no_grad] weights: &[f64; 2]) -> f64 {
    xs[0] * xs[0] * weights[0] + xs[1] * weights[1]
}

/// A function of a few floats: its handle holds the partial derivatives, computed when it is called.
#[backprop]
fn scaled(x: f64, #[no_grad] table: &Table) -> f64 {
    x * x * table.rows[0]
}

#[backprop]
fn changed_by_field(x: f64, table: &mut Table) -> f64 {
    let y = scaled(x, &*table) + scaled(x, &*table);
    table.rows[0] = 100.0;
    y
}

#[backprop]
fn changed_through_a_local(x: f64) -> f64 {
    let mut table = Table { rows: [3.0, 4.0] };
    let lent = &mut table;
    let y = scaled(x, &*lent);
    lent.rows[0] = 100.0;
    y
}

#[backprop]
fn unchanged(x: f64, table: &Table) -> f64 {
    weighted(&[x, 2.0 * x], &table.rows)
}

#[test]
fn what_is_lent_may_change_afterwards() {
    let mut table = Table { rows: [3.0, 4.0] };
    assert_eq!(changed_by_field_grad(2.0, &mut table), (24.0, 24.0));
    assert_eq!(table.rows, [100.0, 4.0]);
    assert_eq!(changed_through_a_local_grad(2.0), (12.0, 12.0));
    assert_eq!(unchanged_grad(2.0, &Table { rows: [3.0, 4.0] }), (28.0, 20.0));
}
