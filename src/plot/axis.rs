//! Ticks at round numbers.

/// Round numbers from 0 to `max`, at most `most + 1` of them, 1, 2 or 5 times
/// a power of ten apart. Empty if `max` is not positive.
pub(super) fn ticks(max: f64, most: usize) -> Vec<f64> {
    if max <= 0.0 || most == 0 {
        return Vec::new();
    }
    let rough = max / most as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|&step| step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power);
    (0..=(max / step * (1.0 + 1e-9)) as usize)
        .map(|n| n as f64 * step)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let close = |max: f64, most, expected: &[f64]| {
            let found = ticks(max, most);
            assert_eq!(found.len(), expected.len(), "{max}: {found:?}");
            for (a, b) in found.iter().zip(expected) {
                assert!((a - b).abs() < 1e-9 * max, "{max}: {found:?}");
            }
        };
        close(409.0, 5, &[0.0, 100.0, 200.0, 300.0, 400.0]);
        close(1.0, 5, &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        close(7.0e-3, 2, &[0.0, 5.0e-3]);
        close(0.0, 5, &[]);
    }
}
