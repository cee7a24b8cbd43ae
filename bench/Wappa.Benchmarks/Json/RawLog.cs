using Microsoft.Win32.SafeHandles;

namespace Wappa.Benchmarks.Json;

/// <summary>
/// The peer of every journal: one file, appended to and synced by one thread for everybody who waits. Nothing is looked up, kept
/// or checked; who writes faster than this has left something out.
/// </summary>
internal sealed class RawLog : IDurableWriter
{
    private const long PreallocatedBytes = 64 << 20;

    private readonly SafeFileHandle _file;
    private readonly bool _preallocated;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _wake = new();
    private Batch _open = new();
    private Batch _spare = new();
    private long _offset;
    private volatile bool _stopping;

    /// <param name="folder">Where.</param>
    /// <param name="preallocated">Whether the file has its size beforehand, so that a sync has no metadata to write; the log then
    /// begins again at its start when it is full.</param>
    public RawLog(string folder, bool preallocated)
    {
        _preallocated = preallocated;
        _file = File.OpenHandle(Path.Combine(folder, "raw.log"), FileMode.Create, FileAccess.Write);
        if (preallocated) Preallocate();
        Disk.Sync(_file);
        Disk.SyncFolder(folder);
        _thread = new Thread(Commit) { IsBackground = true };
        _thread.Start();
    }

    public ValueTask WriteAsync(int writer, int key)
    {
        Task done;
        lock (_lock)
        {
            _open.Append(Payload.Line);
            done = _open.Done.Task;
        }

        _wake.Set();
        return new(done);
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _file.Dispose();
        _wake.Dispose();
    }

    private void Commit()
    {
        while (!_stopping)
        {
            _wake.Wait();
            _wake.Reset();
            Batch batch;
            lock (_lock)
            {
                if (_open.Length == 0) continue;
                (batch, _open) = (_open, _spare);
            }

            if (_preallocated && _offset + batch.Length > PreallocatedBytes) _offset = 0;
            RandomAccess.Write(_file, batch.Bytes, _offset);
            _offset += batch.Length;
            Disk.Sync(_file);
            var done = batch.Done;
            batch.Clear();
            _spare = batch;
            done.SetResult();
        }
    }

    private void Preallocate()
    {
        var newlines = new byte[1 << 20];
        newlines.AsSpan().Fill((byte)'\n');
        for (var offset = 0L; offset < PreallocatedBytes; offset += newlines.Length) RandomAccess.Write(_file, newlines, offset);
    }

    private sealed class Batch
    {
        private byte[] _bytes = new byte[1 << 16];

        public int Length { get; private set; }

        public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

        public TaskCompletionSource Done { get; private set; } = New();

        public void Append(ReadOnlySpan<byte> line)
        {
            if (Length + line.Length > _bytes.Length) Array.Resize(ref _bytes, _bytes.Length * 2);
            line.CopyTo(_bytes.AsSpan(Length));
            Length += line.Length;
        }

        public void Clear()
        {
            Length = 0;
            Done = New();
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
