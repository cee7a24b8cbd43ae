using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.Tests.Inbox;

/// <summary>A mailbox that cannot be read stops nobody for ever.</summary>
public class QuarantineTests
{
    private static readonly RecordKey Mailbox = InboxKeys.Mailbox(Payloads.PhoneNumberId, Payloads.Mira);

    private readonly SharedStore _shared = new();
    private readonly Script _script = new();

    [Theory]
    [InlineData("""{"seen":"not base64!"}""")]
    [InlineData("""{"out":[{"id":"x"}]}""")]
    [InlineData("""{"windows":{"1":"soon"}}""")]
    [InlineData("""{"delivered":7}""")]
    public async Task Mailbox_ThatCannotBeRead_IsSetAsideAndTheUserGoesOn(string broken)
    {
        await using var stub = await GraphStub.StartAsync();
        var document = CacheDocument.Parse(System.Text.Encoding.UTF8.GetBytes(broken));
        await _shared.Records.ApplyAsync(Mailbox, new RecordChange.Set(document), TestContext.Current.CancellationToken);
        await using var app = await CountingBot.StartAsync(_script, new(_shared), stub);

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        while (_script.RunsOf("one") == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        await app.StopAsync();

        _script.Ran.ShouldBe(["one"]);
        stub.Requests.Count.ShouldBe(1);
        var aside = await _shared.Records.GetAsync(MailboxQuarantine.AsideOf(Mailbox), TestContext.Current.CancellationToken);
        aside.Document!.Utf8Json.ToArray().ShouldBe(document.Utf8Json.ToArray());
        aside.Ttl.Remaining.ShouldNotBeNull();
        var line = app.Logs.All.Single(static line => line.StartsWith("Error: The mailbox", StringComparison.Ordinal));
        line.ShouldNotContain(Payloads.Mira);
    }

    [Fact]
    public async Task Mailbox_ThatTheStoreCannotRead_IsReplacedAfterSomeTries()
    {
        await using var stub = await GraphStub.StartAsync();
        var life = new SharedStore.Life(_shared);
        var reads = 0;
        var store = new BrokenMailbox(life.Store, () => Interlocked.Increment(ref reads) <= MailboxQuarantine.MaxTries);
        await using var app = await CountingBot.StartAsync(
            _script, life, stub, builder => builder.UseStores("broken", _ => store, _ => throw new NotSupportedException()));

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        while (_script.RunsOf("one") == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        await app.StopAsync();

        reads.ShouldBe(MailboxQuarantine.MaxTries);
        (await _shared.MailboxAsync())!.Contains("seen").ShouldBeTrue();
    }

    private sealed class BrokenMailbox(IDocumentStore inner, Func<bool> isBroken) : IDocumentStore
    {
        public string Backend => inner.Backend;

        public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
            key == Mailbox && isBroken()
                ? ValueTask.FromException<DocumentRecord>(new CacheStoreCorruptException("Broken."))
                : inner.GetAsync(key, cancellationToken);

        public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default) =>
            inner.GetFieldAsync(key, field, cancellationToken);

        public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
            inner.GetTtlAsync(key, cancellationToken);

        public ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
            inner.ApplyAsync(key, change, cancellationToken);

        public ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
            inner.CommitAsync(writes, cancellationToken);

        public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
            IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) => inner.GetManyAsync(keys, cancellationToken);

        public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
            IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
            inner.WriteManyAsync(writes, cancellationToken);

        public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
            RecordSet set, CancellationToken cancellationToken = default) => inner.ListAsync(set, cancellationToken);

        public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
            inner.DeleteAllAsync(set, cancellationToken);
    }
}
