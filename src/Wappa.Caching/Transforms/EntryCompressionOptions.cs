using System.IO.Compression;

namespace Wappa.Caching;

/// <summary>How entries are made smaller before they are stored.</summary>
public sealed class EntryCompressionOptions
{
    /// <summary>With what. Entries say how they were compressed, so it may be changed at any time. Default:
    /// <see cref="EntryCompression.Brotli"/>.</summary>
    public EntryCompression Algorithm { get; set; } = EntryCompression.Brotli;

    /// <summary>The smallest value that is compressed, in bytes, 0 to 268,435,456. A value that does not become smaller is stored as it
    /// is. Default: 2,048: below it little is won.</summary>
    public int Threshold { get; set; } = 2_048;

    /// <summary>Time against size. Default: <see cref="CompressionLevel.Fastest"/>, as an entry is written once and read within
    /// minutes.</summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.Fastest;

    internal void ThrowIfInvalid()
    {
        Require(Enum.IsDefined(Algorithm), nameof(Algorithm), $"is {(int)Algorithm}; it must be Brotli or Deflate");
        Require(
            Threshold is >= 0 and <= Transforms.EntryFrame.MaxCompressed, nameof(Threshold),
            $"is {Threshold}; it must be 0 to {Transforms.EntryFrame.MaxCompressed} bytes");
        Require(Enum.IsDefined(Level), nameof(Level), $"is {(int)Level}; it must be a {nameof(CompressionLevel)}");
    }

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition) throw new ArgumentException($"{nameof(EntryCompressionOptions)}.{option} {problem}.");
    }
}

/// <summary>The ways to compress an entry.</summary>
public enum EntryCompression
{
    /// <summary>Brotli: the smaller result.</summary>
    Brotli,

    /// <summary>Deflate: often the faster one.</summary>
    Deflate,
}
