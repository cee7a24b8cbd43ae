using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;

namespace Wappa.Tests;

/// <summary>What a failed turn leaves in the log: enough to find it, and nobody's name or number.</summary>
public class PersonalDataTests
{
    private const string Name = "Mira Okafor";
    private const string Number = "+1 555-765-4321";

    [Fact]
    public async Task Refusal_ThatQuotesTheRecipientInAnotherSpelling_IsLoggedByItsNumbers()
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = static context => GraphStub.WriteAsync(context, 400, $$$"""
            {"error":{"message":"Recipient {{{Number}}} is {{{Name}}}","code":131030,"error_subcode":7,"fbtrace_id":"T-1",
            "error_data":{"details":"Recipient {{{Number}}}"} } }
            """);

        var line = await FailureOfAsync(
            new(static async (_, messenger) => await messenger.SendNowAsync(new OutgoingText("hi"), "15557654321")), stub);

        line.ShouldContain("Wappa.WhatsAppApiException: WhatsApp refused the call with code 131030, subcode 7, trace T-1.");
    }

    [Theory]
    [InlineData(502, "WhatsApp answered with HTTP status 502 and no error code.")]
    [InlineData(200, "WhatsApp answered with HTTP status 200 and no error code.")]
    public async Task Refusal_WithoutACode_IsLoggedByItsStatus(int status, string text)
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = context => GraphStub.WriteAsync(context, status, $"<p>{Name}</p>");

        var line = await FailureOfAsync(
            new(static async (_, messenger) => await messenger.SendNowAsync(new OutgoingText("hi"), "15557654321")), stub);

        line.ShouldContain(text);
    }

    [Fact]
    public void Refusal_WithoutAnAnswer_IsSummedUpWithoutNumbers() =>
        new WhatsAppApiException("x").Summary.ShouldBe("WhatsApp did not answer or could not be reached.");

    public static TheoryData<string, Type, Func<IStateCache, Task>> Records() => new()
    {
        { "rule", typeof(CacheValidationException), static state => state.SetAsync("s", new Ruled()).AsTask() },
        { "getter", typeof(CacheSerializationException), static state => state.SetAsync("s", new Throwing()).AsTask() },
        {
            "converter that writes", typeof(CacheSerializationException),
            static state => state.SetAsync("s", new Converted(new(1))).AsTask()
        },
        {
            "converter that reads", typeof(CacheSerializationException),
            static state => ReadAsync<Converted>(state, new { inner = 1 })
        },
        {
            "key of a dictionary", typeof(CacheSerializationException),
            static state => ReadAsync<Guests>(
                state, new { rooms = new Dictionary<string, string> { [Name] = "not a number" } })
        },
    };

    [Theory]
    [MemberData(nameof(Records), DisableDiscoveryEnumeration = true)]
    public async Task Record_WhoseOwnCodeQuotesAPerson_IsLoggedByTypeAndPlace(
        string situation, Type expected, Func<IStateCache, Task> act)
    {
        var line = await FailureOfAsync(new((state, _) => act(state)));

        line.ShouldContain($"{expected.FullName}: (message withheld)", customMessage: situation);
        line.ShouldContain(nameof(FailingHandler), customMessage: "the stack tells where to look");
    }

    [Fact]
    public async Task Record_OfAShapeThatCannotBeStored_IsLoggedInFull()
    {
        var line = await FailureOfAsync(new(static (state, _) => state.SetAsync("s", new[] { Name }).AsTask()));

        line.ShouldContain("A record is a JSON object, but String[] serializes to");
    }

    private static async Task ReadAsync<T>(IStateCache state, object stored)
    {
        await state.SetAsync("s", stored);
        await state.GetAsync<T>("s");
    }

    private static async Task<string> FailureOfAsync(Failure failure, GraphStub? stub = null)
    {
        await using var app = await BotApp.StartAsync<FailingHandler>(builder =>
        {
            builder.Services.AddSingleton(failure);
            if (stub is not null) builder.Services.Configure<WhatsAppOptions>(options => options.ApiUrl = stub.Url);
        });

        (await app.PostAsync(Payloads.Text("M-1", "15557654321", Name))).ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();

        string[] personal = ["Mira", "Okafor", "555-765-4321", "5557654321"];
        foreach (var word in personal) app.Logs.All.ShouldNotContain(line => line.Contains(word, StringComparison.Ordinal));
        return app.Logs.All.Single(line => line.StartsWith("Error:", StringComparison.Ordinal));
    }

    private sealed record Failure(Func<IStateCache, IMessenger, Task> Act);

    private sealed class FailingHandler(Failure failure) : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await failure.Act(StateCache, Messenger);
    }

    private sealed record Ruled : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
            [new($"{Name} may not order")];
    }

    private sealed record Throwing
    {
        public string Owner => throw new InvalidOperationException(Name);
    }

    private sealed record Guests(Dictionary<string, int> Rooms);

    private sealed record Converted(Inner Inner);

    [JsonConverter(typeof(InnerConverter))]
    private sealed record Inner(int Value);

    private sealed class InnerConverter : JsonConverter<Inner>
    {
        public override Inner Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException(Name);

        public override void Write(Utf8JsonWriter writer, Inner value, JsonSerializerOptions options) =>
            throw new NotSupportedException(Name);
    }
}
