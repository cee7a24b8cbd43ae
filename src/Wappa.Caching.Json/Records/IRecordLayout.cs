namespace Wappa.Caching.Json.Records;

/// <summary>Which record is in which file. Injective, also where letter case or Unicode forms do not count, and never outside
/// the folder.</summary>
internal interface IRecordLayout
{
    /// <summary>Every directory that record files stand in, relative to the root with <c>/</c> between parts.</summary>
    IReadOnlyList<string> Directories { get; }

    /// <summary>The record's file, relative to the root: one of <see cref="Directories"/>, <c>/</c>, a name that ends with
    /// <c>.json</c>.</summary>
    string PathOf(in RecordKey key);

    /// <summary>Reads a file's name back.</summary>
    /// <param name="directory">Position in <see cref="Directories"/>.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="owner">What <see cref="OwnerHash"/> gives for the record's tenant and owner.</param>
    /// <returns>Whether it is a record's name; <see cref="FileNameKind.Shortened"/> when only the file itself tells its
    /// key.</returns>
    FileNameKind Read(int directory, ReadOnlySpan<char> name, out int owner);

    /// <summary>Reads the key back from a name that <see cref="Read"/> called <see cref="FileNameKind.Record"/>.</summary>
    bool TryParse(int directory, ReadOnlySpan<char> name, out RecordKey key);

    /// <summary>The same number for all records of one user, or of one table; stable within the process only.</summary>
    int OwnerHash(RecordKind kind, string tenant, string owner);
}

/// <summary>What a file's name tells.</summary>
internal enum FileNameKind
{
    /// <summary>Not a name this layout gives: temporary, foreign, or hand-made.</summary>
    Foreign,

    /// <summary>A record's, and the key can be read from it.</summary>
    Record,

    /// <summary>A record's whose name was too long: the key stands in the file.</summary>
    Shortened,
}
