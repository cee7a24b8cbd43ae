using System.Globalization;
using Wappa.Caching;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Records;

namespace Wappa.Benchmarks.Json;

/// <summary>A folder with many records and a journal that its owner left when it was killed. Making it takes minutes, so
/// it is kept for later runs; the journal is kept apart and put back before each opening.</summary>
internal sealed class RecordFolder
{
    private const string Version = "2"; // of what is made below; a folder of another one is made again
    private readonly string _path;
    private readonly string _journal;
    private readonly string _saved;
    private readonly int _records;

    public RecordFolder(int records)
    {
        _records = records;
        _path = Path.Combine(Disk.Root, FormattableString.Invariant($"records-{records}"));
        _journal = Path.Combine(_path, ".journal");
        _saved = Path.Combine(Disk.Root, FormattableString.Invariant($"journal-{records}"));
    }

    public const long JournalBytes = 64 << 20;

    /// <summary>Makes it unless it is there, and puts the journal in place.</summary>
    /// <returns>The folder.</returns>
    public async Task<string> PrepareAsync()
    {
        var mark = Path.Combine(_saved, "version");
        if (!File.Exists(mark) || await File.ReadAllTextAsync(mark) != Version)
        {
            await Console.Error.WriteLineAsync(
                $"  making {_records.ToString("N0", CultureInfo.InvariantCulture)} records, once; they stay in {_path} …");
            Disk.NewFolder(Path.GetFileName(_path));
            Disk.NewFolder(Path.GetFileName(_saved));
            WriteFiles();
            await WriteJournalAsync();
            Copy(_journal, _saved);
            await File.WriteAllTextAsync(mark, Version);
        }

        Directory.Delete(_journal, recursive: true);
        Copy(_saved, _journal);
        Disk.Settle();
        return _path;
    }

    private static RecordKey KeyOf(int record) => RecordKey.State("hotel123", Payload.UserOf(record), "pizza_order");

    private void WriteFiles()
    {
        var layout = new ScopedLayout();
        var buffer = new FileBuffer();
        foreach (var directory in layout.Directories) Directory.CreateDirectory(Path.Combine(_path, directory));
        for (var record = 0; record < _records; record++)
        {
            var key = KeyOf(record);
            RecordFile.Write(new RecordImage(key, record + 1, 0, Payload.Document), 1_736_937_000_000, buffer);
            using var file = File.OpenHandle(Path.Combine(_path, layout.PathOf(key)), FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, buffer.Span, 0);
        }
    }

    // As if the owner had been killed before the first checkpoint.
    private async Task WriteJournalAsync()
    {
        const int Batch = 1000;
        var options = new JsonStoreOptions
        {
            Path = _path,
            Durability = Durability.Interval,
            CheckpointDelay = TimeSpan.FromMinutes(1),
            MaxJournalBytes = 16 * JournalBytes,
        };
        var store = JsonDocumentStore.Open(options);
        var set = new RecordChange.Set(Payload.Document);
        for (var record = 0; store.Status.JournalBytes < JournalBytes; record += Batch)
        {
            await store.WriteManyAsync(
                [.. Enumerable.Range(record, Batch).Select(each => new RecordWrite(KeyOf(each % _records), set))]);
        }

        await store.FlushAsync();
        store.Abandon();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*.jsonl"))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
