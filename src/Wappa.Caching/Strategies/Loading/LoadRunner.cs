using System.Diagnostics.CodeAnalysis;
using Wappa.Caching.Documents;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;
using Wappa.Caching.Writing;

namespace Wappa.Caching.Loading;

/// <summary>Starts flights, lets callers join and leave them, and ends them. Steps 5 to 8 of <c>Strategies/README.md</c>; what happens
/// between take-off and landing is in <see cref="LoadWork{T}"/>.</summary>
internal sealed class LoadRunner<T>
{
    private readonly CacheStrategyContext _context;
    private readonly LoadWork<T> _work;
    private readonly TimerCallback _expire;

    internal LoadRunner(CacheStrategyContext context, CacheCounters counters, IValueFormat<T>? format = null)
    {
        _context = context;
        Counters = counters;
        Codec = new EntryCodec<T>(context.Serializer, context.Clock, format);
        Store = new StoreReads(context, counters);
        Pauses = new LoadPauses(context.Clock);
        _work = new LoadWork<T>(context, Codec, Store, counters);
        Flights = new FlightTable<T>(context.Flights.Of(counters.Cache));
        _expire = flight => Expire((LoadFlight<T>)flight!);
    }

    internal CacheCounters Counters { get; }

    internal EntryCodec<T> Codec { get; }

    internal StoreReads Store { get; }

    internal FlightTable<T> Flights { get; }

    internal LoadPauses Pauses { get; }

    /// <summary>What an entry is worth. One that cannot be read is missing.</summary>
    internal Found<T> Read(CacheEntry? entry, CacheEntryPolicy policy) => _work.Read(entry, policy);

    /// <summary>Loads, or waits for whoever does.</summary>
    internal ValueTask<T> LoadAsync<TState>(in LoadCall<T, TState> call, CancellationToken cancellationToken)
    {
        var flight = Join(call, Found<T>.Missing, out var isMine);
        var (load, write) = (LoadFlight.Running, KeyOrder.Turn.Running);
        if (load is not null || write is not null) return NestedAsync(load, write, flight, isMine, cancellationToken);
        if (isMine) Start(flight);
        return WaitAsync(flight, cancellationToken);
    }

    /// <summary>Joins the flight of a key for a caller who has not looked into the store; only one that began with a miss a moment ago, as
    /// another node may have stored a value since.</summary>
    internal bool TryJoinUnseen(string key, [MaybeNullWhen(false)] out LoadFlight<T> flight) =>
        Flights.TryFind(key, out flight) && flight.BeganWithMiss && Took(flight) < Moment(flight) && flight.TryJoin();

    /// <summary>Waits for a flight the caller has joined without looking into the store.</summary>
    internal ValueTask<T> JoinedUnseenAsync(LoadFlight<T> flight, CancellationToken cancellationToken)
    {
        if (flight.TryLookAfter()) _ = LookAgainAsync(flight);
        return JoinedAsync(flight, cancellationToken);
    }

    /// <summary>Waits for a flight the caller has joined.</summary>
    internal ValueTask<T> JoinedAsync(LoadFlight<T> flight, CancellationToken cancellationToken)
    {
        flight.Arm(_context.Time, _expire); // its starter may be stuck in code of the load that runs on its thread
        var (load, write) = (LoadFlight.Running, KeyOrder.Turn.Running);
        return load is not null || write is not null
            ? NestedAsync(load, write, flight, isMine: false, cancellationToken)
            : WaitAsync(flight, cancellationToken);
    }

    /// <summary>Why the caller must not be given a stale value of a key: it is part of the load that will replace it. Null: it
    /// may.</summary>
    internal InvalidOperationException? CircleOf(string key) =>
        LoadFlight.Running is { } load && Flights.TryFind(key, out var flight) ? FlightWaits.CircleOf(load, flight) : null;

    /// <summary>Loads for a caller who has a value to fall back on, should the load fail or take long.</summary>
    internal async ValueTask<T> LoadOrKeepAsync<TState>(
        LoadCall<T, TState> call, Found<T> kept, CancellationToken cancellationToken)
    {
        var flight = Join(call, kept, out var isMine);
        using var wait = Nested(LoadFlight.Running, KeyOrder.Turn.Running, flight);
        if (isMine && call.State is IDetachable state) state.Detach(); // this caller may go before the load begins
        if (isMine) Start(flight);
        var outcome = flight.Outcome;
        var patience = call.Policy.SoftTimeout is { } soft ? Left(soft - Took(flight)) : Timeout.InfiniteTimeSpan;
        await ((Task)outcome).WaitAsync(patience, _context.Time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (outcome.IsCompletedSuccessfully || (outcome.IsFaulted && FlightWaits.IsCircle(outcome.Exception.InnerException)))
        {
            Counters.Add(CacheCount.Misses);
            return await TakeAsync(flight).ConfigureAwait(false);
        }

        if (!outcome.IsCompleted && cancellationToken.IsCancellationRequested)
        {
            Leave(flight);
            cancellationToken.ThrowIfCancellationRequested();
        }

        flight.Pin(); // this caller goes; what the load brings is wanted all the same
        Counters.Add(CacheCount.StaleHits);
        return kept.Value!;
    }

    /// <summary>Loads in the background what a caller was just given, unless somebody does.</summary>
    internal void Refresh<TState>(in LoadCall<T, TState> call, in Found<T> found)
    {
        if (Flights.TryFind(call.Key, out _)) return;
        var flight = New(call, found);
        flight.Pin();
        if (!ReferenceEquals(Flights.GetOrAdd(flight), flight)) return;
        if (call.State is IDetachable state) state.Detach();

        // On the pool, as the first part of a load runs on the thread that calls it; and with the caller's context, as loads do.
        ThreadPool.QueueUserWorkItem(static work => work.Runner.Start(work.Flight), (Runner: this, Flight: flight), preferLocal: false);
    }

    private LoadFlight<T, TState> New<TState>(in LoadCall<T, TState> call, in Found<T> found) =>
        new(call.Key, call.Policy, call.State, call.Load)
        {
            BeganAt = _context.Time.GetTimestamp(),
            SeenLandings = call.SeenLandings,
            BeganWithMiss = found.Freshness == Freshness.Missing,
            Stale = found.Entry,
        };

    private LoadFlight<T> Join<TState>(in LoadCall<T, TState> call, in Found<T> found, out bool isMine)
    {
        LoadFlight<T>? mine = null;
        while (true)
        {
            if (!Flights.TryFind(call.Key, out var flight)) flight = Flights.GetOrAdd(mine ??= New(call, found));
            isMine = ReferenceEquals(flight, mine);
            if (isMine) return flight;
            if (flight.TryJoin())
            {
                flight.Arm(_context.Time, _expire); // its starter may be stuck in code of the load that runs on its thread
                return flight;
            }

            Flights.Remove(flight); // it has ended and is about to leave
        }
    }

    private void Start(LoadFlight<T> flight)
    {
        if (!RunAsync(flight).IsCompleted) flight.Arm(_context.Time, _expire);
    }

    private async Task RunAsync(LoadFlight<T> flight)
    {
        flight.Enter();
        try
        {
            var isUnseen = flight.SeenLandings != Flights.Landings;
            var loaded = await _work.DoAsync(flight, isUnseen).ConfigureAwait(false);
            Succeed(flight, loaded);
        }
        catch (Exception error)
        {
            Fail(flight, error);
        }
        finally
        {
            flight.Exit();
        }
    }

    // The order counts: what is stored, is counted, then the pause begins, then the key is free, then the waiters go on. A waiter who
    // asks again at once finds the stored value or starts a flight of its own, never this one; and who finds the key free and a value
    // that is stale, finds the pause as well.
    private void Succeed(LoadFlight<T> flight, in Loaded<T> loaded)
    {
        Flights.CountLanding();

        // A result that is not kept leaves the stale entry where it is; the next reader must not load again at once.
        if (loaded.IsWanted || flight.Stale is null) Pauses.End(flight.Key);
        else Pauses.Begin(flight.Key, flight.Policy.ErrorPause);
        Flights.Remove(flight);
        if (!flight.TryEnd()) return;
        if (loaded.IsFromSource) RecordLoad(flight, failed: false);
        flight.Succeed(loaded.Value, loaded.Json);
    }

    private void Fail(LoadFlight<T> flight, Exception error)
    {
        var isMine = flight.TryEnd();
        var keepsStale = flight.Stale is not null && !FlightWaits.IsCircle(error);
        if (isMine && keepsStale) Pauses.Begin(flight.Key, flight.Policy.ErrorPause);
        Flights.Remove(flight);
        if (!isMine) return; // it was given up, and was told so
        RecordLoad(flight, failed: true);
        if (keepsStale)
        {
            StrategyLog.LoadFailedWithStale(_context.Logger, error, Counters.Cache);
        }
        else
        {
            StrategyLog.LoadFailed(_context.Logger, error, Counters.Cache);
        }

        flight.Fail(error);
    }

    private void Expire(LoadFlight<T> flight)
    {
        if (!flight.TryEnd()) return;
        if (flight.Stale is not null) Pauses.Begin(flight.Key, flight.Policy.ErrorPause);
        Flights.Remove(flight);
        var timeout = flight.Policy.HardTimeout!.Value;
        RecordLoad(flight, failed: true);
        StrategyLog.LoadTimedOut(_context.Logger, Counters.Cache, timeout);
        flight.Fail(new CacheLoadTimeoutException(
            $"A load of cache {Counters.Cache} did not end within {timeout}, its {nameof(CacheEntryPolicy.HardTimeout)}. " +
            "Look at its source, give it more time, or keep stale values for such a case.", timeout));
        flight.Abandon();
    }

    private void Leave(LoadFlight<T> flight)
    {
        if (!flight.Leave()) return;
        Flights.Remove(flight);
        StrategyLog.LoadAbandoned(_context.Logger, Counters.Cache);
        flight.Fail(new OperationCanceledException("Nobody waited for this load any more.", flight.Token));
    }

    private ValueTask<T> WaitAsync(LoadFlight<T> flight, CancellationToken cancellationToken)
    {
        if (!ImmutableTypes<T>.IsShareable) return LeavingAsync(flight, cancellationToken);
        if (flight.TryGetValue(out var value)) return new(value);
        return cancellationToken.CanBeCanceled ? LeavingAsync(flight, cancellationToken) : new(flight.Outcome);
    }

    private async ValueTask<T> LeavingAsync(LoadFlight<T> flight, CancellationToken cancellationToken)
    {
        try
        {
            await flight.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !flight.Outcome.IsCompleted)
        {
            Leave(flight);
            throw;
        }

        return await TakeAsync(flight).ConfigureAwait(false);
    }

    private async ValueTask<T> NestedAsync(
        LoadFlight? load, KeyOrder.Turn? write, LoadFlight<T> flight, bool isMine, CancellationToken cancellationToken)
    {
        using var wait = Nested(load, write, flight);
        if (isMine) Start(flight);
        return await WaitAsync(flight, cancellationToken).ConfigureAwait(false);
    }

    private FlightWaits.Wait Nested(LoadFlight? load, KeyOrder.Turn? write, LoadFlight<T> flight)
    {
        try
        {
            return FlightWaits.Begin(load, write, flight);
        }
        catch
        {
            Leave(flight);
            throw;
        }
    }

    // Those who joined without looking may have asked after another node had stored what they want. Whatever was there when they
    // asked is seen now; who comes later looks by himself. One look for all of them, and none for a load that ends in time.
    private async Task LookAgainAsync(LoadFlight<T> flight)
    {
        await ((Task)flight.Outcome).WaitAsync(Left(Moment(flight) - Took(flight)), _context.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (flight.HasEnded) return;
        try
        {
            if (await _work.FindFreshAsync(flight).ConfigureAwait(false) is not { Entry: { } stored } found) return;
            Flights.CountLanding();
            Flights.Remove(flight);
            if (!flight.TryEnd()) return;
            flight.Succeed(found.Value!, stored.Value);
            flight.Abandon();
        }
        catch (Exception error)
        {
            if (error is not CacheStoreException) // which is logged, and the load goes on
                StrategyLog.StoreFailed(_context.Logger, error, _context.Store.Backend, Counters.Cache, "look again");
        }
    }

    private static TimeSpan Moment(LoadFlight<T> flight) => flight.Policy.StoreTimeout ?? CacheEntryPolicy.Default.StoreTimeout!.Value;

    // A mutable value is read from the bytes by each waiter: nobody may change what another was given.
    private async ValueTask<T> TakeAsync(LoadFlight<T> flight)
    {
        var value = await flight.Outcome.ConfigureAwait(false);
        return ImmutableTypes<T>.IsShareable ? value : Codec.Decode(flight.Json)!;
    }

    // Two readings of the clock are a tenth of a load that answers at once, so the second one is taken only for somebody who listens.
    private void RecordLoad(LoadFlight<T> flight, bool failed) =>
        CacheMeter.RecordLoad(Counters, CacheMeter.TimesLoads ? Took(flight) : TimeSpan.Zero, failed);

    private static TimeSpan Left(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private TimeSpan Took(LoadFlight<T> flight) => _context.Time.GetElapsedTime(flight.BeganAt);
}
