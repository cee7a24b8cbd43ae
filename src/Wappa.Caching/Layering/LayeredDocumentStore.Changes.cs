namespace Wappa.Caching.Layering;

/// <summary>What changes, here and elsewhere.</summary>
internal sealed partial class LayeredDocumentStore
{
    void IRecordChangeListener.OnChanged(in RecordKey key)
    {
        lock (_tickets.Gate)
        {
            _tickets.Change(key.GetHashCode());
            _local.Remove(key);
        }
    }

    void IChangeListener.OnEverythingChanged()
    {
        lock (_tickets.Gate)
        {
            _tickets.ChangeEverything();
            Empty();
        }
    }

    void IChangeListener.OnGap()
    {
        lock (_tickets.Gate)
        {
            _tickets.Close();
            Empty();
        }
    }

    void IChangeListener.OnListening()
    {
        lock (_tickets.Gate) _tickets.Open();
    }

    private void BeginWrite(in RecordKey key)
    {
        lock (_tickets.Gate)
        {
            _tickets.BeginWrite(key.GetHashCode());
            _local.Remove(key);
        }
    }

    private void EndWrite(in RecordKey key)
    {
        lock (_tickets.Gate) _tickets.EndWrite(key.GetHashCode());
    }

    private async ValueTask<TResult> WriteAsync<TResult>(
        IReadOnlyList<RecordWrite> writes,
        Func<IReadOnlyList<RecordWrite>, CancellationToken, ValueTask<TResult>> write,
        CancellationToken cancellationToken)
    {
        RecordWrite[] asked = [.. writes]; // as many writes must end as have begun
        lock (_tickets.Gate)
        {
            foreach (var (key, _) in asked)
            {
                _tickets.BeginWrite(key.GetHashCode());
                _local.Remove(key);
            }
        }

        try
        {
            return await write(asked, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_tickets.Gate)
            {
                foreach (var (key, _) in asked) _tickets.EndWrite(key.GetHashCode());
            }
        }
    }

    // A new one in place of the old: whoever reads goes on in the old one for the rest of its look-up, which is as if it had come
    // first. Emptying it record by record would hold the gate for as long as there are records.
    private void Empty()
    {
        if (_local.Count == 0) return;
        _local.Dispose();
        Volatile.Write(ref _local, new LocalRecords(_options, _clock, _tickets.Gate));
    }
}
