using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Redis.Resp;

/// <summary>One tracking of one database: which of its connections carry it, and whether all that must do.</summary>
/// <param name="listener">Who is told.</param>
/// <param name="prefixes">Of the keys.</param>
/// <param name="logger">For listeners that throw.</param>
internal sealed class Tracking(IInvalidationListener listener, IReadOnlyList<string> prefixes, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Lane> _tracked = [];
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyCollection<Lane> _wanted = [];
    private bool _isComplete;

    /// <summary>Ends when all lanes have carried it for the first time.</summary>
    internal Task Complete => _complete.Task;

    internal Words Command
    {
        get
        {
            List<string> words = ["CLIENT", "TRACKING", "ON", "BCAST"];
            foreach (var prefix in prefixes) words.AddRange(["PREFIX", prefix]);
            return new Words([.. words]);
        }
    }

    /// <summary>Which lanes must carry it: all primaries'.</summary>
    internal void Want(IReadOnlyCollection<Lane> lanes)
    {
        lock (_gate)
        {
            _wanted = lanes;
            _tracked.IntersectWith(lanes);
            if (lanes.All(_tracked.Contains)) CompleteNow();
            else GapNow();
        }
    }

    internal void OnTracked(Lane lane)
    {
        lock (_gate)
        {
            _tracked.Add(lane);
            if (_wanted.All(_tracked.Contains)) CompleteNow();
        }
    }

    internal void OnLost(Lane lane)
    {
        lock (_gate)
        {
            if (_tracked.Remove(lane)) GapNow();
        }
    }

    /// <summary>Nothing is told any more.</summary>
    internal void End()
    {
        lock (_gate) GapNow();
    }

    internal void OnPush(ref RespReader reader)
    {
        if (reader.ReadArrayLength() < 2 || !reader.ReadBytes().SequenceEqual("invalidate"u8)) return;
        try
        {
            if (reader.TryReadNull())
            {
                listener.OnEverythingInvalidated();
                return;
            }

            for (var keys = reader.ReadArrayLength(); keys > 0; keys--) listener.OnInvalidated(reader.ReadBytes());
        }
#pragma warning disable CA1031 // the stream goes on; what the listener may have missed is told as a gap
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.ListenerFailed(logger, error);
            lock (_gate) _tracked.Clear();
            throw;
        }
    }

    private void CompleteNow()
    {
        _complete.TrySetResult();
        if (_isComplete) return;
        _isComplete = true;
        listener.OnTracking();
    }

    private void GapNow()
    {
        if (!_isComplete) return;
        _isComplete = false;
        listener.OnGap();
    }
}
