using System.Text;
using System.Text.Json.Nodes;

namespace Wappa.Emulator.Tests;

public class MetaJsonTests
{
    [Theory]
    [InlineData("a/b", @"""a\/b""")]
    [InlineData("é", @"""\u00e9""")]
    [InlineData("🍕", @"""\ud83c\udf55""")]
    [InlineData("\"\\\n\r\t\u0001", @"""\""\\\n\r\t\u0001""")]
    public void Write_Text_IsAsciiInMetasSpelling(string text, string expected) =>
        Encoding.ASCII.GetString(MetaJson.Write(JsonValue.Create(text))).ShouldBe(expected);

    [Fact]
    public void Write_Structure_ReadsBackEqual()
    {
        var node = JsonNode.Parse("""{"a":[1,2.5,true,null,{"é":"/"}],"b":{},"c":[]}""")!;

        JsonNode.DeepEquals(JsonNode.Parse(MetaJson.Write(node)), node).ShouldBeTrue();
    }
}
