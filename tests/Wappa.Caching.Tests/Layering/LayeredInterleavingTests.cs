using Wappa.Caching.Layering;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

/// <summary>Random orders of everything that can happen, one step at a time on one thread: reads that are asked and answered at
/// different steps, writes here and elsewhere, messages that wait, gaps that lose them, time that passes.</summary>
public sealed class LayeredInterleavingTests
{
    private const int Runs = 400;
    private const int Steps = 300;
    private const int Keys = 3;

    [Fact]
    public async Task AnyOrder_OfReadsWritesMessagesAndGaps_ServesNothingThatShouldHaveGone()
    {
        var served = 0;
        for (var run = 0; run < Runs; run++)
        {
            var seed = Random.Shared.Next();

            // On a thread without a context, so that what a step sets free runs within that step.
            served += await Task.Run(new Run(new Random(seed), $"seed {seed}").GoAsync);
        }

        served.ShouldBeGreaterThan(Runs); // or nothing was tested
    }

    private sealed class Run(Random random, string seed)
    {
        private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

        private readonly ManualTimeProvider _clock = new();
        private readonly List<TaskCompletionSource> _held = [];
        private readonly List<Task> _calls = [];
        private readonly Queue<(int Key, long Revision)> _messages = new();
        private readonly List<(long Revision, DateTimeOffset At)>[] _stored = [[], [], []];
        private readonly long[] _floor = new long[Keys]; // what must at least be served: told, or written here and answered
        private readonly FakeFeed<IRecordChangeListener> _feed = new();
        private IRecordChangeListener _node = null!;
        private bool _isListening = true;
        private int _last;
        private int _served;

        internal async Task<int> GoAsync()
        {
            using var memory = new MemoryDocumentStore(time: _clock);
            var told = new ToldDocumentStore(memory, record => OnStored(record, memory.GetAsync(record).AsTask().Result.Revision));
            var held = new InterceptedDocumentStore(told) { Before = Hold, After = Hold };
            await using var layered = new LayeredDocumentStore(held, _feed, new() { MaxAge = MaxAge }, _clock);
            await layered.StartAsync();
            _node = _feed.Listeners.Single();
            for (var step = 0; step < Steps; step++) Step(layered, told);
            while (_held.Count > 0) Release();
            await Task.WhenAll(_calls).ConfigureAwait(false);
            while (_messages.Count > 0) Deliver();
            for (var key = 0; key < Keys; key++) Read(layered, key);
            while (_held.Count > 0) Release();
            await Task.WhenAll(_calls).ConfigureAwait(false);
            return _served;
        }

        private void Step(LayeredDocumentStore layered, ToldDocumentStore elsewhere)
        {
            var key = random.Next(Keys);
            switch (random.Next(16))
            {
                case < 5: Read(layered, key); break;
                case 5: _calls.Add(WriteHereAsync(layered, key)); break;
                case 6: _ = elsewhere.ApplyAsync(KeyOf(key), Next()).AsTask(); break;
                case < 11: Release(); break;
                case < 13: Deliver(); break;
                case 13: _clock.Advance(TimeSpan.FromSeconds(random.Next(20))); break;
                case 14 when random.Next(4) == 0: Gap(); break;
                case 15 when !_isListening: Listen(); break;
            }
        }

        private void Read(LayeredDocumentStore layered, int key)
        {
            var reading = layered.GetAsync(KeyOf(key));
            if (!reading.IsCompleted)
            {
                _calls.Add(reading.AsTask());
                return;
            }

            _served++;
            _isListening.ShouldBeTrue($"{seed}: served in a gap");
            var revision = reading.Result.Revision;
            revision.ShouldBeGreaterThanOrEqualTo(_floor[key], $"{seed}: served though a newer one was told");
            if (_stored[key].Count == 0 || revision == _stored[key][^1].Revision) return;
            var replacedAt = _stored[key].First(one => one.Revision > revision).At;
            (_clock.GetUtcNow() - replacedAt).ShouldBeLessThan(MaxAge, $"{seed}: older than promised");
        }

        private async Task WriteHereAsync(LayeredDocumentStore layered, int key)
        {
            var result = await layered.ApplyAsync(KeyOf(key), Next()).ConfigureAwait(false);
            _floor[key] = Math.Max(_floor[key], result.Record.Revision);
        }

        private RecordChange Next() => new RecordChange.Set(CacheDocument.Parse($$"""{"n":{{++_last}}}"""));

        private void OnStored(RecordKey record, long revision)
        {
            var key = record.Name[0] - '0';
            _stored[key].Add((revision, _clock.GetUtcNow()));
            if (_isListening) _messages.Enqueue((key, revision));
        }

        private ValueTask Hold(StoreCall call)
        {
            var held = new TaskCompletionSource();
            _held.Add(held);
            return new(held.Task);
        }

        private void Release()
        {
            if (_held.Count == 0) return;
            var held = _held[random.Next(_held.Count)];
            _held.Remove(held);
            held.SetResult(); // what follows runs here, up to the next hold
        }

        private void Deliver()
        {
            if (!_messages.TryDequeue(out var message)) return;
            _node.OnChanged(KeyOf(message.Key));
            _floor[message.Key] = Math.Max(_floor[message.Key], message.Revision);
        }

        private void Gap()
        {
            if (!_isListening) return;
            _isListening = false;
            _messages.Clear();
            _node.OnGap();
        }

        private void Listen()
        {
            _isListening = true;
            _node.OnListening();
            for (var key = 0; key < Keys; key++) _floor[key] = _stored[key].Count == 0 ? 0 : _stored[key][^1].Revision;
        }

        private static RecordKey KeyOf(int key) => RecordKey.State("hotel123", "1234567890", $"{key}");
    }
}
