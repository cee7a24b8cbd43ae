namespace Wappa.Caching.Json;

/// <summary>A thread of its own that works whenever it is told that there is something to do. What it does blocks on the disk,
/// which the thread pool is not for.</summary>
internal sealed class Worker : IDisposable
{
    private readonly ManualResetEventSlim _wake = new();
    private readonly Action _work;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private volatile bool _signalled;
    private volatile bool _stopping;

    /// <param name="name">For debuggers.</param>
    /// <param name="work">Does all there is to do. It handles what can go wrong itself.</param>
    /// <param name="failed">Told what <paramref name="work"/> throws nevertheless, which is a fault of the program; the thread
    /// goes on.</param>
    internal Worker(string name, Action work, Action<Exception> failed)
    {
        _work = work;
        _failed = failed;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.UnsafeStart();
    }

    /// <summary>Tells it. Cheap when it knows already.</summary>
    internal void Signal()
    {
        // What there is to do must be visible before the flag is read: else the thread takes the flag down, finds nothing,
        // and this call sees a flag that was still up.
        Interlocked.MemoryBarrier();
        if (_signalled) return;
        _signalled = true;
        _wake.Set();
    }

    /// <summary>Lets it finish what it is doing and ends it.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        if (Thread.CurrentThread != _thread) _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            if (_stopping) return;

            // In this order: what is signalled after the flag is down is seen by the work or wakes the thread again.
            _wake.Reset();
            _signalled = false;
            Interlocked.MemoryBarrier();
            try
            {
                _work();
            }
            catch (Exception error)
            {
                _failed(error);
            }
        }
    }
}
