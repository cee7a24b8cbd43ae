using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wappa.Webhooks;

namespace Wappa.Tests;

public class MessageTests
{
    [Fact]
    public void Read_Text_IsFullyTyped()
    {
        var item = ReadOne("text.json");
        var message = item.Content.ShouldBeOfType<TextMessage>();

        message.Body.ShouldBe("Hi! Is the blue kayak still free on Saturday?");
        message.Type.ShouldBe("text");
        message.Id.ShouldStartWith("wamid.");
        message.Timestamp.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_789_000_000));
        message.ParseRawJson().GetProperty("text").GetProperty("body").GetString().ShouldBe(message.Body);
        (message.Context, message.Referral, message.GroupId).ShouldBe((null, null, null));
        (item.PhoneNumberId, item.DisplayPhoneNumber, item.AccountId)
            .ShouldBe((Payloads.PhoneNumberId, "15550104477", "880100200300401"));
    }

    [Fact]
    public void Read_Reply_NamesWhatItAnswers()
    {
        var context = MessageOf("text_reply_context.json").Context!;

        (context.From, context.Forwarded, context.Product).ShouldBe(("15550104477", false, null));
        context.MessageId!.ShouldStartWith("wamid.");
    }

    [Theory]
    [InlineData("text_forwarded.json", false)]
    [InlineData("text_frequently_forwarded.json", true)]
    public void Read_Forwarded_SaysHowOften(string file, bool often)
    {
        var context = MessageOf(file).Context!;

        (context.Forwarded, context.FrequentlyForwarded, context.MessageId).ShouldBe((true, often, null));
    }

    [Fact]
    public void Read_ProductInquiry_NamesTheProduct() =>
        MessageOf("text_product_inquiry.json").Context!.Product.ShouldBe(new("551000200300", "KAYAK-BLUE-01"));

    [Fact]
    public void Read_Referral_IsFullyTyped()
    {
        var referral = MessageOf("text_referral_ad_image.json").Referral!;

        (referral.SourceUrl, referral.SourceId, referral.SourceType).ShouldBe(("https://fb.example/ad1", "660100200300400", "ad"));
        (referral.Headline, referral.Body, referral.MediaType).ShouldBe(("Paddle with us", "Kayak tours from 39 EUR", "image"));
        (referral.ImageUrl, referral.VideoUrl, referral.WelcomeText)
            .ShouldBe(("https://scontent.example/ad1.jpg", null, "Hi! Ask us anything."));
        referral.ClickId.ShouldNotBeNull();
    }

    [Fact]
    public void Read_Group_NamesIt() => MessageOf("group_text.json").GroupId!.ShouldStartWith("Y2Fw");

    [Theory]
    [InlineData("interactive_unknown_subtype.json", "interactive")]
    [InlineData("interactive_missing_body_with_error.json", "interactive")]
    [InlineData("unknown_future_type.json", null)]
    [InlineData("malformed/message_without_type.json", "")]
    [InlineData("malformed/type_without_body_object.json", "text")]
    [InlineData("malformed/text_body_missing.json", "text")]
    public void Read_AnyOtherType_IsUnknownWithItsJson(string file, string? type)
    {
        var message = MessageOf(file).ShouldBeOfType<UnknownMessage>();

        if (type is not null) message.Type.ShouldBe(type);
        message.ParseRawJson().GetProperty("id").GetString().ShouldBe(message.Id);
    }

    [Fact]
    public void Read_NumbersForStrings_AreStrings()
    {
        ReadOne("malformed/from_number.json").WaId.ShouldBe("15550102233");
        MessageOf("malformed/timestamp_number.json").Timestamp.ShouldNotBeNull();
        MessageOf("malformed/timestamp_garbage.json").Timestamp.ShouldBeNull();
    }

    [Fact]
    public void Read_FailedStatus_SaysWhy()
    {
        var status = ReadOne("statuses/failed_131047_reengagement.json").Content.ShouldBeOfType<MessageStatus>();

        status.State.ShouldBe("failed");
        status.Errors.Single().Code.ShouldBe(131047);
        status.Errors.Single().Details.ShouldNotBeNull();
        status.ParseId().ShouldBe(status.MessageId);
    }

    [Fact]
    public void Read_StatusWithCallbackData_HandsItBack() =>
        ReadOne("statuses/sent_biz_opaque.json").Content.ShouldBeOfType<MessageStatus>().CallbackData.ShouldNotBeNull();

    public static TheoryData<string> Shuffled() =>
        ["text.json", "text_referral_ad_image.json", "batch/mixed_fields.json", "batch/two_entries_two_wabas.json",
         "statuses/group_delivered_aggregate.json", "interactive_missing_body_with_error.json", "fields/calls_status.json"];

    [Theory]
    [MemberData(nameof(Shuffled))]
    public void Read_NamesInAnyOrder_GiveTheSameItems(string file)
    {
        var original = Summary(Payloads.Bytes(file));

        for (var seed = 0; seed < 20; seed++)
        {
            var shuffled = Shuffle(JsonNode.Parse(Payloads.Bytes(file)), new Random(seed))!;
            Summary(Encoding.UTF8.GetBytes(shuffled.ToJsonString())).ShouldBe(original, ignoreOrder: true);
        }
    }

    [Fact]
    public void Read_NamesTwice_TakesTheLast()
    {
        const string Value = """{"messages":[{"id":"A","from":"1"}],"messages":[{"id":"B","from":"1"}]}""";
        var body = $$$"""
            {"object":"x","entry":[{"changes":[{"field":"messages","value":{}}]}],"object":"whatsapp_business_account",
             "entry":[{"changes":[],"changes":[{"value":{"messages":[{"id":"C"}]},"value":{{{Value}}},
             "field":"x","field":"messages"}]}]}
            """;

        Summary(Encoding.UTF8.GetBytes(body)).Single().ShouldContain("B");
    }

    [Fact]
    public void Read_EscapedNames_AreTheSameNames()
    {
        var body = Encoding.UTF8.GetString(Payloads.Bytes("text.json"))
            .Replace("\"messages\": [", "\"mess\\u0061ges\": [", StringComparison.Ordinal)
            .Replace("\"body\"", "\"b\\u006fdy\"", StringComparison.Ordinal);

        Summary(Encoding.UTF8.GetBytes(body)).ShouldBe(Summary(Payloads.Bytes("text.json")));
    }

    private static JsonNode? Shuffle(JsonNode? node, Random random)
    {
        if (node is JsonArray array) return new JsonArray([.. array.Select(item => Shuffle(item, random))]);
        if (node is not JsonObject parent) return node?.DeepClone();
        var properties = parent.ToArray();
        random.Shuffle(properties);
        return new JsonObject(properties.Select(
            property => KeyValuePair.Create(property.Key, Shuffle(property.Value, random))));
    }

    private static List<string> Summary(byte[] body)
    {
        var reader = new EnvelopeReader();
        reader.Read(body).ShouldBeTrue();
        var items = new List<string>();
        foreach (var item in reader.Items)
        {
            var what = item.Content switch
            {
                TextMessage text => $"text {text.Id} {text.Body} {text.Referral?.Headline}",
                Message other => $"{other.Type} {other.Id}",
                MessageStatus status => $"{status.State} {status.MessageId} {status.GroupId}",
                WebhookError[] errors => $"errors {string.Join(',', errors.Select(error => error.Code))}",
                _ => $"event {item.Content}",
            };
            items.Add($"{what} {item.WaId} {item.Bsuid} {item.Contact?.Name} {item.PhoneNumberId} {item.AccountId}");
        }

        return items;
    }

    private static ItemDraft ReadOne(string file)
    {
        var reader = new EnvelopeReader();
        reader.Read(Payloads.Bytes(file)).ShouldBeTrue();
        return reader.Items[0];
    }

    private static Message MessageOf(string file) => ReadOne(file).Content.ShouldBeAssignableTo<Message>()!;
}

internal static class MessageStatusExtensions
{
    internal static string? ParseId(this MessageStatus status) =>
        JsonElement.Parse(status.RawJson.Span).GetProperty("id").GetString();
}
