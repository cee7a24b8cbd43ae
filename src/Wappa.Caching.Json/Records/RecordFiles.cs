using Wappa.Caching.Json.Files;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>The files of records: reading one, writing one, and what becomes of one that is damaged.</summary>
internal sealed class RecordFiles(IFileSystem files, string root, IRecordLayout layout, DiskClock clock)
{
    private const string TemporaryName = ".wappa.tmp";

    [ThreadStatic]
    private static FileBuffer? _buffer;

    private readonly HashSet<string> _directories = new(StringComparer.Ordinal); // known to exist; used by checkpoints only
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private volatile bool _hasLost;

    internal IFileSystem Disk => files;

    internal IRecordLayout Layout => layout;

    internal string Root => root;

    /// <summary>The absolute path of a record's file.</summary>
    internal string PathOf(in RecordKey key) => string.Concat(root, "/", layout.PathOf(key));

    /// <summary>Whether the record's file was put aside without its key being known, so that it is missing means
    /// nothing.</summary>
    internal bool IsLost(in RecordKey key)
    {
        if (!_hasLost) return false;
        lock (_lost) return _lost.Contains(layout.PathOf(key));
    }

    /// <summary>Says that a file is put aside without its key being known. Until it is written or deleted.</summary>
    /// <param name="path">Relative to the root.</param>
    internal void SetLost(string path)
    {
        lock (_lost) _lost.Add(path);
        _hasLost = true;
    }

    /// <summary>Reads a record's file.</summary>
    /// <param name="key">The record.</param>
    /// <param name="version">What it holds.</param>
    /// <param name="problem">Why it is damaged.</param>
    /// <returns>Null: there is no file.</returns>
    /// <exception cref="FileSystemException">The disk failed: nothing is known about the record.</exception>
    internal RecordFileState? Read(in RecordKey key, out RecordImage version, out string problem)
    {
        var buffer = _buffer ??= new FileBuffer();
        version = default;
        problem = "";
        if (!files.TryRead(PathOf(key), buffer)) return null;
        var state = RecordFile.Read(buffer.Span, out version, out problem);
        if (state is RecordFileState.Valid or RecordFileState.Edited && version.Key != key)
        {
            problem = "It holds the key of another record: it was copied or renamed.";
            return RecordFileState.Damaged;
        }

        if (state == RecordFileState.Original)
        {
            problem = "It is a file of the original Wappa that appeared after this folder was opened first; such files are " +
                "imported then only.";
            return RecordFileState.Damaged;
        }

        return state;
    }

    /// <summary>Reads a file whose key only it knows.</summary>
    /// <param name="path">Relative to the root.</param>
    /// <param name="image">What it holds.</param>
    /// <param name="problem">Why it is damaged.</param>
    /// <returns>Null: there is no such file.</returns>
    internal RecordFileState? ReadAny(string path, out RecordImage image, out string problem)
    {
        var buffer = _buffer ??= new FileBuffer();
        image = default;
        problem = "";
        return files.TryRead(string.Concat(root, "/", path), buffer) ? RecordFile.Read(buffer.Span, out image, out problem) : null;
    }

    /// <summary>Writes a version in place of the record's file, so that a reader sees the old one or the new one.</summary>
    /// <param name="record">The record.</param>
    /// <param name="version">The version.</param>
    /// <param name="sync">Whether the content is synced before it gets its name. If not, sync everything afterwards.</param>
    /// <param name="buffer">Room for the text.</param>
    /// <returns>The directory the name is in.</returns>
    internal string Write(in RecordKey record, StoredDocument version, bool sync, FileBuffer buffer)
    {
        RecordFile.Write(new RecordImage(record, version.Revision, clock.ToDisk(version.ExpiresAt), version), clock.NowOnDisk, buffer);
        var (directory, path) = Place(record);
        var temporary = string.Concat(directory, "/", TemporaryName);
        try
        {
            using (var file = files.Create(temporary, exclusive: false))
            {
                file.Write(0, buffer.Span);
                if (sync) file.Sync();
            }

            files.Rename(temporary, path);
        }
        catch (FileSystemException error) when (error.Error == FileError.Missing)
        {
            _directories.Clear(); // somebody has removed one; the next attempt makes it again
            throw;
        }

        SetFound(record);
        return directory;
    }

    /// <summary>Removes a record's file.</summary>
    /// <returns>The directory the name was in, to be synced also if the file was gone already: a process that was killed may
    /// have removed it, and a loss of power would bring it back.</returns>
    internal string Delete(in RecordKey record)
    {
        var (directory, path) = Place(record);
        files.Delete(path);
        SetFound(record);
        return directory;
    }

    private void SetFound(in RecordKey key)
    {
        if (!_hasLost) return;
        lock (_lost) _lost.Remove(layout.PathOf(key));
    }

    private (string Directory, string Path) Place(in RecordKey record)
    {
        var path = PathOf(record);
        var directory = path[..path.LastIndexOf('/')];
        if (!_directories.Contains(directory))
        {
            // It may be there already and not be durable: making it may have failed halfway before.
            files.CreateDirectory(directory);
            for (var above = Path.GetDirectoryName(directory); above?.Length >= root.Length; above = Path.GetDirectoryName(above))
                files.SyncDirectory(above);
            _directories.Add(directory);
        }

        return (directory, path);
    }
}
