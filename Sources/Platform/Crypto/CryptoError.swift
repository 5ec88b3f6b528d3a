/// What can go wrong when bytes are sealed, opened or signed.
package enum CryptoError: Error, Hashable {
    /// The sealed bytes name a key that this sealer does not hold.
    case unknownKey(UInt32)
    /// The bytes are not what was sealed for this place, or no sealed bytes at all.
    case notAuthentic
    /// A key or a signature has the wrong number of bytes.
    case wrongLength
    /// OpenSSL refused, with the code that `openssl errstr` explains.
    case library(UInt)
}
