using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Journal;

/// <summary>The file that batches are being appended to.</summary>
internal sealed class Segment : IDisposable
{
    internal const string UnfinishedSuffix = ".new";

    private const int FillStep = 256 << 10;

    private static readonly byte[] Newlines = MakeFill();

    private readonly IWritableFile _file;
    private readonly byte[] _scratch = new byte[JournalText.HeaderRoom];

    private Segment(long number, IWritableFile file, long size, long offset)
    {
        Number = number;
        _file = file;
        Size = size;
        Offset = offset;
    }

    internal long Number { get; }

    /// <summary>How many bytes are there to be written into.</summary>
    internal long Size { get; }

    /// <summary>Where the next batch goes.</summary>
    internal long Offset { get; private set; }

    /// <summary>The last batch in it; 0: none.</summary>
    internal long LastBatch { get; private set; }

    /// <summary>Makes a segment; when this returns it is durable, its name too, and full of newlines.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="directory">The journal's directory.</param>
    /// <param name="header">The header; its size is filled in here.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="first">Writes batches that it has from the beginning; null: none.</param>
    /// <remarks>It gets its name when its content is durable, so that a segment without a header can only be damage.</remarks>
    internal static Segment Create(
        IFileSystem files, string directory, in SegmentHeader header, long size, Action<Segment>? first = null)
    {
        var path = JournalScan.PathOf(directory, header.Segment);
        var unfinished = path + UnfinishedSuffix;
        var file = files.Create(unfinished, exclusive: false);
        try
        {
            Span<byte> text = stackalloc byte[JournalText.HeaderRoom];
            text = text[..JournalText.Write(header with { Size = size }, text)];
            file.Write(0, text);
            for (long at = text.Length; at < size; at += FillStep)
                file.Write(at, Newlines.AsSpan(0, (int)Math.Min(FillStep, size - at)));
            var segment = new Segment(header.Segment, file, size, text.Length);
            first?.Invoke(segment);
            file.Sync();
            files.Move(unfinished, path); // a number that is taken means another owner: an error, not a replacement
            files.SyncDirectory(directory);
            return segment;
        }
        catch
        {
            file.Dispose();
            Discard(files, unfinished);
            throw;
        }
    }

    internal bool HasRoom(int bytes) => Offset + JournalText.HeaderRoom + bytes <= Size;

    /// <summary>Writes a batch behind the last one. After an error the segment must not be written to again.</summary>
    internal void Write(in BatchHeader header, ReadOnlySpan<byte> lines, FileBuffer scratch)
    {
        var length = JournalText.Write(header, Number, lines, _scratch);
        scratch.Clear();
        scratch.Append(_scratch.AsSpan(0, length));
        scratch.Append(lines);
        _file.Write(Offset, scratch.Span);
        Offset += scratch.Length;
        LastBatch = header.Number;
    }

    internal void Sync() => _file.Sync();

    public void Dispose() => _file.Dispose();

    // On a full disk it would take the room that the next attempt needs. That it cannot be deleted either is not worth more than
    // the first error: the next opening does it.
    private static void Discard(IFileSystem files, string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (FileSystemException)
        {
        }
    }

    private static byte[] MakeFill()
    {
        var fill = new byte[FillStep];
        fill.AsSpan().Fill(JournalText.Filler);
        return fill;
    }
}
