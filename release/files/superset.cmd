@"%~dp0node.exe" "%~dp0..\app\bin\run.js" %*
