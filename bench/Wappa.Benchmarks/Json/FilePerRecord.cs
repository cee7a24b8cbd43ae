namespace Wappa.Benchmarks.Json;

/// <summary>What a careful cache in files does for every write: a temporary file, synced, renamed, its directory synced.</summary>
internal sealed class FilePerRecord(string folder) : IDurableWriter
{
    private readonly byte[] _text = [.. Payload.Line];

    public ValueTask WriteAsync(int writer, int key)
    {
        var path = Path.Combine(folder, Payload.Name(key) + ".json");
        var temporary = FormattableString.Invariant($"{path}.{writer}");
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, _text, 0);
            Disk.Sync(file);
        }

        File.Move(temporary, path, overwrite: true);
        Disk.SyncFolder(folder);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
    }
}
