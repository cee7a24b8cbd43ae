using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Wappa.Emulator.Tests;

public class RetryTests
{
    [Fact]
    public async Task Delivery_NotAnsweredWith200_IsRepeatedWithTheSameBytes()
    {
        using var rig = new Rig();
        rig.App.Answer = post => post < 4 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;

        var sent = await rig.SayAsync(); // at once, and once more
        rig.App.Posts.Count.ShouldBe(2);
        await PassAsync(rig, 1);
        await PassAsync(rig, 2);

        (await sent.Update.Delivered.WaitAsync(EchoBot.Patience)).ShouldBeTrue();
        rig.App.Posts.Count.ShouldBe(4);
        rig.App.Posts.Select(post => Convert.ToHexString(post.Body)).Distinct().Count().ShouldBe(1);
        rig.Local.Exchanges.List(0, 10).Select(exchange => exchange.Attempt).ShouldBe([1, 2, 3, 4]);
        rig.Local.World.FindMessage(sent.Message!.Id)!.Status.ShouldBe("delivered");
    }

    [Fact]
    public async Task Delivery_NeverTaken_IsGivenUpAndTheMessageFails()
    {
        using var rig = new Rig();
        rig.App.Answer = _ => HttpStatusCode.InternalServerError;

        var sent = await rig.SayAsync();
        while (!sent.Update.Delivered.IsCompleted) await PassAsync(rig, 60);

        rig.App.Posts.Count.ShouldBe(WebhookDelivery.MaxAttempts);
        rig.Local.World.FindMessage(sent.Message!.Id)!.Status.ShouldBe("failed");
    }

    [Fact]
    public async Task Delivery_Always_IsSignedOverItsBytes()
    {
        using var rig = new Rig();

        await rig.SayAsync("""{"type":"text","text":{"body":"é/🍕"}}""");

        var (body, signature) = rig.App.Posts.Single();
        signature.ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Rig.Secret), body)));
        Encoding.UTF8.GetString(body).ShouldContain(@"\u00e9\/\ud83c\udf55");
    }

    private static Task PassAsync(Rig rig, int seconds)
    {
        rig.Clock.Advance(TimeSpan.FromSeconds(seconds));
        return rig.Local.WhenQuietAsync();
    }
}
