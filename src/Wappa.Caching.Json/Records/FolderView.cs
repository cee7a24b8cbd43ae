using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>
/// A folder that is only looked at, with its owner running or not: the record files, and over them what the journal has and the
/// files do not. Nothing is locked, written, moved or kept.
/// </summary>
/// <remarks>The journal is read again when what was read is older than a second; a commit of several records may show in half of
/// them for that long, and so may a change that goes from the journal to the files meanwhile.</remarks>
internal sealed class FolderView(IFileSystem disk, string directory, RecordFiles files, DiskClock clock) : IRecordSource
{
    private const int Attempts = 5;
    private const long Fresh = TimeSpan.TicksPerSecond;

    private readonly Lock _gate = new();
    private Dictionary<RecordKey, RecordImage> _journal = [];
    private long _readAt = -Fresh;

    /// <summary>A folder to be looked at.</summary>
    /// <exception cref="CacheStoreUnavailableException">There is none.</exception>
    internal static FolderView Open(JsonStoreOptions options, JsonStoreSeams seams)
    {
        var disk = seams.Files ?? FileSystems.Default;
        var clock = new DiskClock(seams.Time ?? TimeProvider.System);
        var isThere = false;
        disk.List(options.FullPath, (_, _) =>
        {
            isThere = true;
            return false;
        });
        if (!isThere) throw Failures.NoFolder();
        var files = new RecordFiles(disk, options.FullPath, Layouts.Of(options), clock);
        return new FolderView(disk, Path.Combine(options.FullPath, ".journal"), files, clock);
    }

    internal DocumentRecord Read(in RecordKey key)
    {
        var journal = Journal();
        var state = ReadFile(key, out var image);
        if (journal.TryGetValue(key, out var newer) && (state is null || newer.Revision > image.Revision)) return Seen(newer);
        return state is null ? DocumentRecord.Miss : Seen(image);
    }

    public IReadOnlyList<DocumentRecord> Many(IReadOnlyList<RecordKey> keys)
    {
        var found = new DocumentRecord[keys.Count];
        for (var i = 0; i < found.Length; i++) found[i] = Read(keys[i]);
        return found;
    }

    public IEnumerable<KeyValuePair<RecordKey, DocumentRecord>> List(RecordSet set)
    {
        var keys = new HashSet<RecordKey>(Journal().Keys.Where(key => set.Contains(key)));
        var owner = files.Layout.OwnerHash(set.Kind ?? RecordKind.User, set.Tenant, set.Owner);
        for (var i = 0; i < files.Layout.Directories.Count; i++) AddKeys(i, owner, set, keys);
        foreach (var key in keys)
        {
            if (key.Kind != RecordKind.Table || key.Name.Length > 0) yield return KeyValuePair.Create(key, Read(key));
        }
    }

    private void AddKeys(int index, int owner, RecordSet set, HashSet<RecordKey> keys)
    {
        var directory = files.Layout.Directories[index];
        disk.List(Path.Combine(files.Root, directory), (name, isDirectory) =>
        {
            if (isDirectory) return true;
            switch (files.Layout.Read(index, name, out var whose))
            {
                case FileNameKind.Record when whose == owner && files.Layout.TryParse(index, name, out var key) && set.Contains(key):
                    keys.Add(key);
                    break;
                case FileNameKind.Shortened when
                    files.ReadAny($"{directory}/{name}", out var image, out _) is RecordFileState.Valid or RecordFileState.Edited &&
                    set.Contains(image.Key):
                    keys.Add(image.Key);
                    break;
            }

            return true;
        });
    }

    private RecordFileState? ReadFile(in RecordKey key, out RecordImage image)
    {
        try
        {
            var state = files.Read(key, out image, out var problem);
            return state is null or RecordFileState.Valid or RecordFileState.Edited
                ? state
                : throw new CacheStoreCorruptException(
                    $"The record's file is damaged: {problem} The folder was opened read-only, so it was left as it is.");
        }
        catch (FileSystemException error)
        {
            throw Failures.Unreadable(error);
        }
    }

    private DocumentRecord Seen(in RecordImage image)
    {
        var expiresAt = clock.FromDisk(image.ExpiresAt);
        if (image.Document is null || clock.Store.HasPassed(expiresAt)) return DocumentRecord.Miss;
        return DocumentRecord.Hit(image.Document, Math.Max(1, image.Revision), expiresAt, clock.Store);
    }

    private Dictionary<RecordKey, RecordImage> Journal()
    {
        lock (_gate)
        {
            var now = clock.Store.Now;
            if (now - _readAt < Fresh) return _journal;
            _journal = ReadJournal();
            _readAt = now;
            return _journal;
        }
    }

    // The owner may delete a segment between two looks at it: then the files have what was in it, and it is read again.
    private Dictionary<RecordKey, RecordImage> ReadJournal()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var found = new Dictionary<RecordKey, RecordImage>();
                var keys = new KeyText();
                var scan = new JournalScan(disk, directory);
                scan.Visit(scan.Applied, (in BatchHeader _, ReadOnlySpan<byte> lines) =>
                {
                    while (!lines.IsEmpty && RecordLine.TryRead(ref lines, keys, out var image)) found[image.Key] = image;
                });
                return found;
            }
            catch (FileSystemException error)
            {
                if (attempt == Attempts) throw Failures.Unreadable(error);
            }
        }
    }
}
