using System.Text.Json;

namespace Wappa.Emulator.Tests;

/// <summary>Whatever a customer can do arrives at the app's handler as what it is.</summary>
public class InboundTypeTests
{
    public static TheoryData<string, Type> Messages() => new()
    {
        { """{"type":"text","text":{"body":"¡Hola! 🍕 / \"quoted\" \\ <b>&amp;</b>"}}""", typeof(TextMessage) },
        { """{"type":"text","text":{"body":"fyi"},"context":{"forwarded":true}}""", typeof(TextMessage) },
        { """{"type":"text","text":{"body":"ad"},"referral":{"source_url":"https://fb.example","source_id":"1","source_type":"ad"}}""", typeof(TextMessage) },
        { """{"type":"image","image":{"id":"MEDIA","caption":"Dock"}}""", typeof(ImageMessage) },
        { """{"type":"video","video":{"id":"MEDIA"}}""", typeof(VideoMessage) },
        { """{"type":"audio","audio":{"id":"MEDIA","voice":true}}""", typeof(AudioMessage) },
        { """{"type":"document","document":{"id":"MEDIA"}}""", typeof(DocumentMessage) },
        { """{"type":"sticker","sticker":{"id":"MEDIA"}}""", typeof(StickerMessage) },
        { """{"type":"location","location":{"latitude":59.3,"longitude":18.06,"name":"Pier"}}""", typeof(LocationMessage) },
        { """{"type":"contacts","contacts":[{"name":{"formatted_name":"Nils A"},"phones":[{"phone":"+1 555"}]}]}""", typeof(ContactsMessage) },
        { """{"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"a","title":"A"}}}""", typeof(ButtonReplyMessage) },
        { """{"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"a","title":"A"}}}""", typeof(ListReplyMessage) },
        { """{"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{}","name":"flow"}}}""", typeof(FlowReplyMessage) },
        { """{"type":"button","button":{"payload":"YES","text":"Yes"}}""", typeof(TemplateReplyMessage) },
        { """{"type":"reaction","reaction":{"message_id":"wamid.X","emoji":"👍"}}""", typeof(ReactionMessage) },
        { """{"type":"reaction","reaction":{"message_id":"wamid.X"}}""", typeof(ReactionMessage) },
        { """{"type":"order","order":{"catalog_id":"1","product_items":[{"product_retailer_id":"K","item_price":39.5}]}}""", typeof(OrderMessage) },
        { """{"type":"edit","edit":{"original_message_id":"wamid.X","message":{"type":"text","text":{"body":"new"}}}}""", typeof(EditMessage) },
        { """{"type":"revoke","revoke":{"original_message_id":"wamid.X"}}""", typeof(RevokeMessage) },
        { """{"type":"unsupported","unsupported":{"type":"poll_creation"}}""", typeof(UnsupportedMessage) },
        { """{"type":"of_the_future","of_the_future":{"a":1}}""", typeof(UnknownMessage) },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Send_AnyType_ReachesTheHandlerAsThatType(string json, Type expected)
    {
        await using var bot = await EchoBot.StartAsync("--WHATSAPP_WEBHOOK_SECRET", "the-app-secret");
        var file = bot.Local.Media.Add("image/png", "dock.png", [1, 2, 3]);

        await bot.SendAsync(JsonElement.Parse(json.Replace("MEDIA", file.Id)));
        var heard = await bot.Heard.NextMessageAsync();

        heard.Message.ShouldBeOfType(expected);
        heard.User.Name.ShouldBe("Sarah");
    }

    [Fact]
    public async Task Send_AFile_CanBeDownloadedByTheApp()
    {
        await using var bot = await EchoBot.StartAsync();
        using var content = new ByteArrayContent([9, 8, 7]);
        content.Headers.ContentType = new("image/png");
        using var uploaded = await bot.Http.PostAsync("/emulator/api/media?filename=a.png", content);
        var id = JsonElement.Parse(await uploaded.Content.ReadAsByteArrayAsync()).GetProperty("id").GetString();

        await bot.SendAsync(new { type = "image", image = new { id } });
        var image = (await bot.Heard.NextMessageAsync()).Message.ShouldBeOfType<ImageMessage>();
        using var copy = new MemoryStream();
        var media = (IMediaClient)bot.Services.GetService(typeof(IMediaClient))!;
        await media.DownloadAsync(image.Media.Id!, copy);

        copy.ToArray().ShouldBe([9, 8, 7]);
    }

    [Fact]
    public async Task Send_RawJson_IsPostedAsItIs()
    {
        using var rig = new Rig();

        await rig.SayAsync("""{"type":"raw","raw":{"entry":[{"changes":[{"value":{"x":"é/"},"field":"y"}]}],"object":"o"}}""");

        System.Text.Encoding.UTF8.GetString(rig.App.Posts.Single().Body)
            .ShouldBe("""{"entry":[{"changes":[{"value":{"x":"\u00e9\/"},"field":"y"}]}],"object":"o"}""");
    }

    [Theory]
    [InlineData("""{"type":"text","text":{"body":""}}""", "text.body")]
    [InlineData("""{"type":"image","image":{"id":"none"}}""", "uploaded")]
    [InlineData("""{"text":{"body":"hi"}}""", "type")]
    [InlineData("""{"type":"revoke","revoke":{}}""", "original_message_id")]
    public async Task Send_WhatCannotBe_IsRefusedWithAReason(string json, string reason)
    {
        await using var bot = await EchoBot.StartAsync();
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        using var answer = await bot.Http.PostAsync(bot.Chat + "/messages", content);

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(reason);
    }
}
