using System.Net;
using Wappa.Graph;

namespace Wappa.Tests;

public class GraphErrorPolicyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Whether to try again, who waits, the first and the third wait in seconds, and whether a person has to act.
    public static TheoryData<int, bool, int, double, double, bool> Codes() => new()
    {
        { 190, false, (int)RetryScope.Account, 0, 0, true },
        { 3, false, (int)RetryScope.Account, 0, 0, true },
        { 10, false, (int)RetryScope.Account, 0, 0, true },
        { 200, false, (int)RetryScope.Account, 0, 0, true },
        { 299, false, (int)RetryScope.Account, 0, 0, true },
        { 300, false, (int)RetryScope.Message, 0, 0, false },
        { 368, false, (int)RetryScope.Account, 0, 0, true },
        { 130497, false, (int)RetryScope.Pair, 0, 0, false },
        { 131031, false, (int)RetryScope.Account, 0, 0, true },
        { 4, true, (int)RetryScope.Account, 60, 240, false },
        { 80007, true, (int)RetryScope.Account, 60, 240, false },
        { 130429, true, (int)RetryScope.Number, 1, 4, false },
        { 131056, true, (int)RetryScope.Pair, 1, 16, false },
        { 131048, false, (int)RetryScope.Number, 0, 0, true },
        { 131064, false, (int)RetryScope.Account, 0, 0, true },
        { 133016, false, (int)RetryScope.Number, 0, 0, true },
        { 1, true, (int)RetryScope.Message, 1, 0, false },
        { 2, true, (int)RetryScope.Message, 1, 4, false },
        { 131000, true, (int)RetryScope.Message, 1, 4, false },
        { 131016, true, (int)RetryScope.Message, 1, 4, false },
        { 131057, true, (int)RetryScope.Number, 60, 240, false },
        { 133004, true, (int)RetryScope.Message, 1, 4, false },
        { 33, false, (int)RetryScope.Message, 0, 0, false },
        { 100, false, (int)RetryScope.Message, 0, 0, false },
        { 131008, false, (int)RetryScope.Message, 0, 0, false },
        { 131009, false, (int)RetryScope.Message, 0, 0, false },
        { 131051, false, (int)RetryScope.Message, 0, 0, false },
        { 130403, false, (int)RetryScope.Message, 0, 0, false },
        { 130472, false, (int)RetryScope.Message, 0, 0, false },
        { 131005, false, (int)RetryScope.Number, 0, 0, true },
        { 131021, false, (int)RetryScope.Message, 0, 0, false },
        { 131026, false, (int)RetryScope.Message, 0, 0, false },
        { 131030, false, (int)RetryScope.Message, 0, 0, false },
        { 131037, false, (int)RetryScope.Number, 0, 0, true },
        { 131042, false, (int)RetryScope.Number, 0, 0, true },
        { 131045, false, (int)RetryScope.Number, 0, 0, true },
        { 131047, false, (int)RetryScope.Message, 0, 0, false },
        { 131049, false, (int)RetryScope.Message, 0, 0, false },
        { 131050, false, (int)RetryScope.Message, 0, 0, false },
        { 131052, false, (int)RetryScope.Message, 0, 0, false },
        { 131053, true, (int)RetryScope.Message, 5, 0, false },
        { 131062, false, (int)RetryScope.Message, 0, 0, false },
        { 131063, false, (int)RetryScope.Message, 0, 0, false },
        { 132000, false, (int)RetryScope.Message, 0, 0, false },
        { 132001, false, (int)RetryScope.Message, 0, 0, false },
        { 132069, true, (int)RetryScope.Message, 60, 240, false },
        { 133000, false, (int)RetryScope.Number, 0, 0, true },
        { 133015, false, (int)RetryScope.Number, 0, 0, true },
        { 137000, false, (int)RetryScope.Message, 0, 0, false },
        { 999999, false, (int)RetryScope.Message, 0, 0, false },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Decide_Code_IsTheDocumentedPolicyWhateverTheStatus(
        int code, bool retry, int scope, double first, double third, bool attention)
    {
        foreach (var status in new[] { HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError })
        {
            var rule = GraphErrorPolicy.Decide(code, status, isTransient: false);

            (rule.IsRetryable, (int)rule.Scope, rule.NeedsAttention).ShouldBe((retry, scope, attention));
            (rule.DelayAfter(1)?.TotalSeconds ?? 0, rule.DelayAfter(3)?.TotalSeconds ?? 0).ShouldBe((first, third));
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(502, true)]
    public void Decide_WithoutACode_GoesByTheStatus(int? status, bool retry) =>
        GraphErrorPolicy.Decide(0, (HttpStatusCode?)status, isTransient: false).IsRetryable.ShouldBe(retry);

    [Fact]
    public void Decide_TransientByItsOwnWord_IsRetriedUnlessAPersonHasToAct()
    {
        GraphErrorPolicy.Decide(999999, HttpStatusCode.BadRequest, isTransient: true).IsRetryable.ShouldBeTrue();
        GraphErrorPolicy.Decide(190, HttpStatusCode.Unauthorized, isTransient: true).IsRetryable.ShouldBeFalse();
    }

    [Fact]
    public void Decide_HeadersAskForALongerWait_WaitsThatLong()
    {
        var hours = TimeSpan.FromHours(3);

        GraphErrorPolicy.Decide(80007, null, false, hours).DelayAfter(5).ShouldBe(hours);
        GraphErrorPolicy.Decide(80007, null, false, Second).DelayAfter(1).ShouldBe(TimeSpan.FromMinutes(1));
        GraphErrorPolicy.Decide(100, null, false, hours).IsRetryable.ShouldBeFalse();
    }

    [Fact]
    public void DelayAfter_ManyFailures_StaysAtTheLongestAndWithinChance()
    {
        var rule = RetryRule.After(RetryScope.Message, Second, 4, TimeSpan.FromMinutes(1));

        rule.DelayAfter(4).ShouldBe(TimeSpan.FromMinutes(1));
        rule.DelayAfter(100_000).ShouldBe(TimeSpan.FromMinutes(1));
        rule.DelayAfter(1, chance: 1).ShouldBe(Second * 1.25);
        RetryRule.Never().DelayAfter(1).ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => rule.DelayAfter(0));
    }

    [Theory]
    [InlineData("Retry-After", "120", 120)]
    [InlineData("x-business-use-case-usage", """{"88":[{"type":"messaging","estimated_time_to_regain_access":19}]}""", 1140)]
    [InlineData("x-business-use-case-usage", """{"88":[{"estimated_time_to_regain_access":1e300}]}""", 86400)]
    [InlineData("x-business-use-case-usage", """{"88":[{"estimated_time_to_regain_access":0},7],"89":{}}""", 60)]
    [InlineData("x-business-use-case-usage", "[1]", 60)]
    [InlineData("x-business-use-case-usage", "not json", 60)]
    [InlineData("X-Other", "x", 60)]
    public async Task Send_RefusedWithHeaders_KnowsHowLongToWait(string header, string value, int seconds)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = context =>
        {
            context.Response.Headers[header] = value;
            return GraphStub.WriteAsync(context, 400, """{"error":{"code":80007}}""");
        };

        var outcome = await client.SendAsync(null, "{}"u8.ToArray(), "1", TestContext.Current.CancellationToken);

        var refused = outcome.ShouldBeOfType<SendOutcome.Refused>();
        refused.Error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
        refused.Retry.Scope.ShouldBe(RetryScope.Account);
    }

    [Fact]
    public async Task Send_ThreeEndings_AreToldApart()
    {
        var ct = TestContext.Current.CancellationToken;
        var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        (await client.SendAsync(null, "{}"u8.ToArray(), "1", ct)).ShouldBeOfType<SendOutcome.Accepted>().Message.MessageId.ShouldBe("M");
        stub.Answer = static context => GraphStub.WriteAsync(context, 400, """{"error":{"code":131056}}""");
        (await client.SendAsync(null, "{}"u8.ToArray(), "1", ct)).ShouldBeOfType<SendOutcome.Refused>().Retry.Scope.ShouldBe(RetryScope.Pair);
        stub.Answer = static context => GraphStub.WriteAsync(context, 502, "<html>");
        (await client.SendAsync(null, "{}"u8.ToArray(), "1", ct)).ShouldBeOfType<SendOutcome.Indeterminate>();
        stub.Answer = static context => GraphStub.WriteAsync(context, 200, "{}");
        (await client.SendAsync(null, "{}"u8.ToArray(), "1", ct)).ShouldBeOfType<SendOutcome.Indeterminate>();
        stub.Answer = static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        (await client.SendAsync(null, "{}"u8.ToArray(), "1", ct)).ShouldBeOfType<SendOutcome.Indeterminate>();
        await stub.DisposeAsync();
        (await client.SendAsync(null, "{}"u8.ToArray(), "1", ct)).ShouldBeOfType<SendOutcome.Refused>().Retry.IsRetryable.ShouldBeTrue();
    }
}
