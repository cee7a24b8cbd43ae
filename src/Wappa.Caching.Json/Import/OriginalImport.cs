using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Import;

/// <summary>
/// Brings over what the original Python Wappa left in the folder: one file for all states of a user, one for all tables
/// of a tenant. Read, write the records through the journal, and when they are durable, put the file aside.
/// </summary>
/// <param name="files">The disk.</param>
/// <param name="root">The cache's folder; imported files go to its sub-directory <c>imported</c>.</param>
/// <param name="time">The clock. Its time zone is taken for the one the files were written in.</param>
/// <remarks>A file that was imported and not put aside yet is read again by the next call, so an import that was cut
/// short can be repeated from the start.</remarks>
internal sealed class OriginalImport(IFileSystem files, string root, TimeProvider time)
{
    private const int MaxCounter = 10_000;

    /// <summary>Reads file after file. What is in the folders and is not the original's is passed over.</summary>
    /// <exception cref="FileSystemException">The disk failed.</exception>
    internal IEnumerable<OriginalFile> Read()
    {
        var buffer = new FileBuffer();
        foreach (var kind in Enum.GetValues<OriginalKind>())
        {
            // The names first: what is read here is moved away while the directory is walked.
            foreach (var name in NamesIn(kind))
            {
                if (Read(kind, name, buffer) is { } file) yield return file;
            }
        }
    }

    /// <summary>Puts a file out of the way, once its records are durable: to <c>imported</c>, or to the quarantine if
    /// something in it could not be read. A file that is gone already is no error.</summary>
    /// <exception cref="FileSystemException">It stands where it stood, or it was moved and that may not be durable
    /// yet.</exception>
    internal void PutAside(OriginalFile file, Quarantine quarantine)
    {
        var path = Path.Join(root, file.Path);
        if (file.Problem.Length > 0) quarantine.Take(path, file.Problem);
        else Archive(path, Path.Join(root, "imported", file.Path));
    }

    private List<string> NamesIn(OriginalKind kind)
    {
        var names = new List<string>();
        files.List(Path.Join(root, OriginalKey.DirectoryOf(kind)), (name, isDirectory) =>
        {
            if (!isDirectory && name.EndsWith(".json", StringComparison.Ordinal)) names.Add(name.ToString());
            return true;
        });
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    // Null: ours, or somebody else's.
    private OriginalFile? Read(OriginalKind kind, string name, FileBuffer buffer)
    {
        if (!files.TryRead(Path.Join(root, OriginalKey.DirectoryOf(kind), name), buffer)) return null;
        switch (RecordFile.Read(buffer.Span, out _, out var problem))
        {
            case RecordFileState.Original:
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                return new OriginalFileReader(kind, name, now, time.LocalTimeZone).Read(buffer.Span);
            case RecordFileState.Damaged when OriginalKey.IsFileName(kind, name):
                return new($"{OriginalKey.DirectoryOf(kind)}/{name}", [], 0, problem);
            default:
                return null;
        }
    }

    private void Archive(string path, string target)
    {
        var directory = Path.GetDirectoryName(target)!;
        files.CreateDirectory(directory);
        if (!TryMove(path, target)) return;

        // The new name first: a crash between the two may leave both names, never none.
        files.SyncDirectory(directory);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    // False: it is gone. A name that is taken is a file imported earlier, which stays.
    private bool TryMove(string path, string target)
    {
        for (var counter = 0; ; counter++)
        {
            try
            {
                files.Move(path, counter == 0 ? target : $"{target[..^".json".Length]}.{counter}.json");
                return true;
            }
            catch (FileSystemException error) when (error.Error == FileError.Exists && counter < MaxCounter)
            {
            }
            catch (FileSystemException error) when (error.Error == FileError.Missing)
            {
                return false;
            }
        }
    }
}
