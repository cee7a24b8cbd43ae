using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Several stores over one server, of which one at a time may send one flush: every interleaving can be had, and had again.</summary>
internal sealed class SteppedStores(RedisClient client, EntryStoreOptions options)
{
    /// <summary>Runs all to their end; a seed decides whose turn it is.</summary>
    /// <param name="seed">The same one gives the same order.</param>
    /// <param name="actors">Each with a store of its own.</param>
    /// <returns>The order: who sent each flush.</returns>
    internal async Task<string> RunAsync(int seed, params Func<RedisCacheStore, Task>[] actors)
    {
        var random = new Random(seed);
        var order = new System.Text.StringBuilder();
        var running = actors.Select((act, number) => new Actor(number, random.Next(1, 30), client, options, act)).ToList();
        while (running.Count > 0)
        {
            foreach (var actor in running) await actor.HasStoppedAsync();
            foreach (var ended in running.Where(actor => actor.Work.IsCompleted).ToArray())
            {
                await ended.Work;
                running.Remove(ended);
            }

            if (running.Count == 0) break;
            var turn = random.Next(running.Sum(actor => actor.Haste));
            var next = running.First(actor => (turn -= actor.Haste) < 0);
            order.Append(next.Number);
            next.Step();
        }

        return order.ToString();
    }

    /// <summary>Stops before each flush until it is told to go on.</summary>
    private sealed class Actor : PassingClient
    {
        private TaskCompletionSource _stopped = Gate();
        private TaskCompletionSource _turn = Gate();

        internal Actor(int number, int haste, RedisClient client, EntryStoreOptions options, Func<RedisCacheStore, Task> act)
            : base(client)
        {
            Number = number;
            Haste = haste;
            Work = Task.Run(() => act(new RedisCacheStore(this, options)));
        }

        internal int Number { get; }

        /// <summary>How often it is its turn, beside the others': one operation takes two steps, another sixty.</summary>
        internal int Haste { get; }

        internal Task Work { get; }

        internal Task HasStoppedAsync() => Task.WhenAny(_stopped.Task, Work);

        internal void Step()
        {
            var turn = _turn;
            _stopped = Gate();
            _turn = Gate();
            turn.SetResult();
        }

        protected override Task BeforeAsync()
        {
            var turn = _turn.Task;
            _stopped.SetResult();
            return turn;
        }

        private static TaskCompletionSource Gate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
