using System.Security.Cryptography;

namespace Wappa.Caching;

/// <summary>How entries are encrypted in the store.</summary>
public sealed class EntryEncryptionOptions
{
    /// <summary>The keys; at least one. The newest encrypts. Keep the ring to add and remove keys while the app runs. Default: a ring
    /// without keys, with which the app does not start.</summary>
    public EntryKeyRing Keys { get; set; } = new();

    /// <summary>Whether what is written is encrypted. False: only what is there is still decrypted, on the way back to a store
    /// without encryption. Default: true.</summary>
    public bool EncryptWrites { get; set; } = true;

    /// <summary>Whether values that are not encrypted are read too: those written before encryption was switched on, or by a node
    /// that does not have it yet. False: they are misses, so that nobody who can write to the store can slip one in. Set it to false when
    /// the longest time to live has passed. Default: true.</summary>
    public bool ReadUnencrypted { get; set; } = true;

    internal void ThrowIfInvalid()
    {
        Require(Keys is not null, nameof(Keys), "is null");
        Require(
            Keys!.Newest is not null, nameof(Keys),
            $"has no key; add one of {EntryKeyRing.KeyBytes} bytes from where the app keeps its secrets: Keys.Add(\"2026-01\", key)");
        Require(AesGcm.IsSupported, nameof(Keys), "cannot be used: this platform has no AES-GCM");
        Require(
            EncryptWrites || ReadUnencrypted, nameof(EncryptWrites),
            $"is false, and so is {nameof(ReadUnencrypted)}: nothing that is written could be read");
    }

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition) throw new ArgumentException($"{nameof(EntryEncryptionOptions)}.{option} {problem}.");
    }
}
